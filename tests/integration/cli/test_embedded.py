"""From an empty folder and an empty home to a database, by the commands that a newcomer types."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from tapdb_ctl.assets import asset

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = Path(sys.executable).with_name("tapdb")


@dataclass(frozen=True)
class Project:
    """A folder to work in, with a home that is empty."""

    path: Path

    def run(self, *arguments: str, **more: str) -> tuple[int, str, str]:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.path / "home"), **more}
        ran = subprocess.run(
            [PROGRAM, *arguments], cwd=self.path, env=environment, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in ran.stdout + ran.stderr
        return ran.returncode, ran.stdout, ran.stderr


@pytest.fixture(scope="module")
def project(open_folder: Path) -> Iterator[Project]:
    """A project that was initialised and applied, its server running."""
    path = open_folder / "newcomer"
    (path / "home").mkdir(parents=True)
    path.chmod(0o755)
    made = Project(path)
    assert made.run("init")[0] == 0
    code, out, err = made.run("apply", "--auto-approve")
    try:
        assert code == 0, err
        assert out.splitlines()[-1].startswith("Apply complete! Resources: ")
        yield made
    finally:
        made.run("pg", "stop-local", "dev")


def test_nothing_is_left_to_do(project: Project) -> None:
    assert project.run("plan", "--detailed-exitcode")[0] == 0
    assert project.run("validate") == (0, "Validated: no findings.\n", "")


def test_init_overwrites_nothing(project: Project) -> None:
    manifest = project.path / "manifests" / "dev.yaml"
    before = manifest.read_text()
    manifest.write_text(f"{before}# mine\n")
    code, out, _ = project.run("init")
    assert code == 0
    assert {line.partition(" ")[0] for line in out.splitlines()} == {"exists"}
    assert manifest.read_text().endswith("# mine\n")
    manifest.write_text(before)


def test_editors_are_told_of_a_schema_that_the_manifest_satisfies(project: Project) -> None:
    manifest = project.path / "manifests" / "dev.yaml"
    first = manifest.read_text().splitlines()[0]
    prefix = "# yaml-language-server: $schema="
    assert first.startswith(prefix)
    schema = json.loads((manifest.parent / first.removeprefix(prefix)).read_text())
    Draft202012Validator.check_schema(schema)
    assert schema["title"] == "Environment"


def test_init_into_a_folder_with_a_gitignore(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / ".gitignore").write_text("*.pyc\n")
    code, _, err = Project(tmp_path).run("init", "sub")
    assert code == 0
    assert "Add .tapdb/ to sub/.gitignore" in err
    assert "Next: cd sub, then tapdb plan -e dev, then tapdb apply -e dev\n" in err
    assert (tmp_path / "sub" / ".gitignore").read_text() == "*.pyc\n"
    shipped = {path.name for path in asset("templates/core").rglob("*.json")}
    assert {path.name for path in (tmp_path / "sub" / "templates").rglob("*.json")} == shipped


def test_init_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, _, err = Project(tmp_path).run("init", "file")
    assert code == 1
    assert "CLI005" in err


def test_psql_passes_its_arguments_on(project: Project) -> None:
    code, out, _ = project.run("psql", "dev", "-Atc", "select count(*) > 10 from generic_template")
    assert (code, out) == (0, "t\n")
    assert project.run("psql", "dev", "-Atc", "select nonsense")[0] == 1
    assert project.run("psql", "dev", "-Atc", "select current_database()", PGHOST="nowhere")[1] == "tapdb_dev\n"


def test_psql_needs_no_environment_where_one_is_clear(project: Project) -> None:
    asked = ("-Atc", "select current_database()")
    for before, more in ((), {}), (("-e", "dev"), {}), ((), {"TAPDB_ENV": "dev"}), (("dev",), {"TAPDB_ENV": "prod"}):
        assert project.run("psql", *before, *asked, **more)[:2] == (0, "tapdb_dev\n"), (before, more)
    assert project.run("psql", "postgres", *asked)[1] == "postgres\n"
    code, _, err = project.run("psql", *asked, TAPDB_ENV="prod")
    assert (code, "ENV005" in err) == (1, True)


def test_psql_takes_no_other_environment_where_a_manifest_cannot_be_read(project: Project) -> None:
    broken = project.path / "manifests" / "prod.yaml"
    broken.write_text("kind: [\n")
    try:
        code, out, err = project.run("psql", "prod", "-Atc", "select 1")
    finally:
        broken.unlink()
    assert (code, out) == (1, "")
    assert "prod.yaml" in err


def test_psql_is_the_servers_own(project: Project, tmp_path: Path) -> None:
    other = tmp_path / "psql"
    other.write_text("#!/bin/sh\necho another\n")
    other.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    assert project.run("psql", "dev", "-Atc", "select 1", PATH=path)[:2] == (0, "1\n")


def test_psql_finds_manifests_that_are_elsewhere(project: Project, tmp_path: Path) -> None:
    (tmp_path / "script.sql").write_text("select :'who'")
    manifests = project.path / "manifests"
    elsewhere = Project(tmp_path)
    ran = elsewhere.run("psql", "-f", str(manifests), "dev", "-At", "-v", "who=me", "-f", "script.sql")
    assert ran == (0, "me\n", "")
    code, out, err = elsewhere.run("psql", "dev", "-f", "script.sql")
    assert (code, out) == (1, "")
    assert "manifests: there is no such file or folder" in err
    assert "name a manifest with -f" in err


def test_a_server_that_moved_says_so(project: Project) -> None:
    port = json.loads(project.run("info", "--json")[1])["environments"][0]["port"]
    assert project.run("pg", "stop-local", "dev")[0] == 0
    with socket.create_server(("127.0.0.1", port)):
        code, out, err = project.run("plan")
    assert code == 0
    assert "SRV008" not in out
    assert "warning[SRV008]" in err


def test_what_the_server_says_is_told_once(project: Project) -> None:
    manifest = project.path / "manifests" / "dev.yaml"
    text = manifest.read_text()
    manifest.write_text(text.replace("engine: embedded", "engine: embedded\n    port: 1025"))
    try:
        code, out, err = project.run("plan")
    finally:
        manifest.write_text(text)
    assert (code, out.count("SRV017"), err.count("SRV017")) == (0, 0, 1)


def test_psql_comes_with_the_server_when_there_is_no_other(project: Project, tmp_path: Path) -> None:
    for program in ("sh", "env"):
        (tmp_path / program).symlink_to(shutil.which(program) or program)
    code, out, err = project.run("psql", "dev", "-Atc", "select 1", PATH=str(tmp_path))
    assert (code, out) == (0, "1\n"), err


def test_the_password_is_on_no_command_line_and_in_no_output(project: Project) -> None:
    state = json.loads((project.path / ".tapdb" / "dev" / "postgres" / "state.json").read_text())
    arguments = project.run("psql", "dev", "-Atc", "\\! cat /proc/$PPID/cmdline")[1]
    shown = [
        project.run(*command)[1] for command in (["info"], ["info", "--json"], ["pg", "status"], ["plan", "--json"])
    ]
    assert len(state["password"]) > 10
    assert state["password"] not in arguments + "".join(shown)


def test_info_tells_where_everything_is(project: Project) -> None:
    facts = json.loads(project.run("info", "--json")[1])
    (dev,) = facts["environments"]
    assert (dev["engine"], dev["database"], dev["server"]["running"]) == ("embedded", "tapdb_dev", True)
    assert Path(dev["server"]["data_dir"]) == project.path / ".tapdb" / "dev" / "postgres"
    assert "running, pid" in project.run("info")[1]


def test_info_needs_no_server_and_no_valid_manifest(tmp_path: Path) -> None:
    lone = Project(tmp_path)
    lone.run("init")
    assert "PostgreSQL 16, not initialised" in lone.run("info")[1]
    (tmp_path / "manifests" / "dev.yaml").write_text("apiVersion: tapdb/v1\nkind: Environment\nmetadata: {name: dev}\n")
    code, out, _ = lone.run("info")
    assert code == 0
    assert "problem" in out


def test_the_server_by_hand(project: Project) -> None:
    assert "runs on port" in project.run("pg", "status", "dev")[1]
    assert "ready to accept connections" in project.run("pg", "logs", "dev", "-n", "1000")[1]
    assert project.run("pg", "stop-local", "dev") == (0, "PostgreSQL stopped; its data stays\n", "")
    assert project.run("pg", "stop-local", "dev")[1] == "PostgreSQL was not running\n"
    assert "is stopped" in project.run("pg", "status", "dev")[1]
    assert project.run("plan", "--detailed-exitcode")[0] == 0, "plan starts it again"
    assert "is there already" in project.run("pg", "init", "dev")[1]
    code, out, err = project.run("pg", "start-local", "dev")
    assert (code, err) == (0, "psql: tapdb psql dev\n")
    assert "runs on 127.0.0.1:" in out


def test_an_environment_elsewhere_has_no_server(tmp_path: Path) -> None:
    (tmp_path / "manifests").mkdir()
    database = "{engine: postgres, host: h}"
    text = f"apiVersion: tapdb/v1\nkind: Environment\nmetadata: {{name: far}}\nspec: {{database: {database}}}\n"
    (tmp_path / "manifests" / "far.yaml").write_text(text)
    code, _, err = Project(tmp_path).run("pg", "start-local", "far")
    assert code == 1
    assert "CLI013" in err


@pytest.mark.parametrize("kind", ["environment", "template-catalog", "plan"])
def test_schemas_are_printed(tmp_path: Path, kind: str) -> None:
    code, out, _ = Project(tmp_path).run("schema", kind)
    assert code == 0
    Draft202012Validator.check_schema(json.loads(out))


def test_version(tmp_path: Path) -> None:
    assert Project(tmp_path).run("version")[1].startswith("tapdb ")
    assert json.loads(Project(tmp_path).run("version", "--json")[1])["tapdb"]
