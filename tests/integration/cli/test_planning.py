"""`tapdb plan`, `show` and `validate` as processes: exit codes, streams, files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from folders import pack
from tapdb_ctl.assets import asset

if TYPE_CHECKING:
    from folders import Folder

UNCHANGED = "No changes. Your infrastructure matches the configuration.\n"


@pytest.fixture
def built(folder: Folder) -> Folder:
    folder.write(pack(3))
    assert folder.run("apply", "--auto-approve")[0] == 0
    return folder


def changed(volume: int = 7) -> list[dict[str, object]]:
    templates = pack(3)
    templates[1]["json_addl"] = {"properties": {"volume": volume}}
    return templates


def test_pending_changes_are_2_only_when_asked_for(folder: Folder) -> None:
    folder.write(pack(3))
    code, out, err = folder.run("plan")
    assert (code, err) == (0, "")
    assert out.endswith("\nPlan: 7 to add, 0 to change, 0 to destroy.\n")
    assert folder.run("plan", "--detailed-exitcode")[0] == 2


def test_nothing_to_do_is_one_line_and_0(built: Folder) -> None:
    assert built.run("plan", "--detailed-exitcode") == (0, UNCHANGED, "")


def test_an_update_names_the_path_and_both_values(built: Folder) -> None:
    built.write(changed())
    _, out, _ = built.run("plan")
    assert "  # template.container/tube/t1/1.0 will be updated in-place\n" in out
    assert "      ~ json_addl.properties.volume: 1 -> 7\n" in out
    assert out.endswith("Plan: 0 to add, 1 to change, 0 to destroy.\n")


def test_a_script_for_standard_output_has_it_alone(folder: Folder) -> None:
    folder.write(pack(3))
    (folder.path / "so").symlink_to("/proc/self/fd/1")
    for name in ("-", "so"):
        code, out, err = folder.run("plan", "--output-sql", name)
        assert (code, out.startswith("--"), "Plan: " in out) == (0, True, False)
        assert err.endswith("\nPlan: 7 to add, 0 to change, 0 to destroy.\n")
    assert (folder.path / "so").is_symlink()
    code, out, _ = folder.run("plan", "--out", "-")
    assert (code, json.loads(out)["environment"]) == (0, "dev")
    code, out, err = folder.run("plan", "--json", "--out", "-")
    assert (code, out) == (1, "")
    assert "only one of" in err


def test_a_reader_who_has_enough_is_no_error(folder: Folder) -> None:
    folder.write(pack(3))
    for arguments, expected in ((("plan",), 0), (("plan", "--detailed-exitcode"), 2)):
        with folder.start(*arguments) as process:
            assert process.stdout
            assert process.stderr
            process.stdout.close()
            assert (process.wait(60), process.stderr.read()) == (expected, "")


def test_quiet_prints_the_numbers_alone(built: Folder) -> None:
    built.write(changed())
    assert built.run("plan", "-q") == (0, "Plan: 0 to add, 1 to change, 0 to destroy.\n", "")


def test_json_is_the_saved_document_and_satisfies_its_schema(built: Folder) -> None:
    built.write(changed())
    code, out, _ = built.run("plan", "--json", "--out", "plan.json", "--output-json", "again.json")
    assert code == 0
    document = json.loads(out)
    Draft202012Validator(json.loads(asset("schema/plan.schema.json").read_text())).validate(document)
    for name in ("plan.json", "again.json"):
        saved = json.loads((built.path / name).read_text())
        assert saved | {"timestamp": ""} == document | {"timestamp": ""}
    assert document["summary"] == {"import": 0, "add": 0, "change": 1, "destroy": 0}


def test_same_input_same_bytes(built: Folder) -> None:
    built.write(changed())
    texts = [built.run("plan", "--json")[1] for _ in range(2)]
    stamps = [json.loads(text)["timestamp"] for text in texts]
    assert texts[0].replace(stamps[0], "") == texts[1].replace(stamps[1], "")


def test_a_saved_plan_is_shown_without_a_database(built: Folder) -> None:
    built.write(changed())
    _, planned, _ = built.run("plan", "--out", "plan.json")
    (built.path / "manifests" / "dev.yaml").unlink()
    assert built.run("show", "plan.json") == (0, planned, "")
    assert built.run("show", "--json", "plan.json")[1] == (built.path / "plan.json").read_text()


def test_show_lists_what_is_live_as_addresses(built: Folder) -> None:
    _, out, _ = built.run("show")
    listed = out.splitlines()
    assert listed == sorted(listed)
    assert {"prefix.CX", "schema.baseline", "template.container/tube/t1/1.0"} <= set(listed)
    built.world.sql("UPDATE generic_template SET is_deleted = true WHERE subtype = 't1'")
    assert built.run("plan", "--target", "template.container/tube/t1/1.0")[0] == 0


@pytest.mark.parametrize("flags", [(), ("--detailed-exitcode",), ("-q",), ("--json",)], ids=" ".join)
def test_a_plan_with_errors_is_1_and_no_match(built: Folder, flags: tuple[str, ...]) -> None:
    built.world.sql("DELETE FROM tapdb_ownership WHERE address LIKE '%t1%'")
    code, out, _ = built.run("plan", *flags)
    assert code == 1
    assert "PLN001" in out
    assert UNCHANGED.strip() not in out
    assert out.endswith("This plan cannot be applied until its errors are resolved.\n") == ("--json" not in flags)


def test_values_that_are_no_text_are_refused_or_recorded_as_far_as_they_are(folder: Folder) -> None:
    folder.write(pack(1))
    manifest = folder.path / "manifests" / "dev.yaml"
    manifest.write_text(manifest.read_text().replace("spec:", "spec:\n  protect: ${var.P}"))
    code, _, err = folder.run("plan", "--var", "P=\udcff")
    assert (code, "VAR004" in err) == (1, True)
    assert folder.run("apply", "-y", TAPDB_VAR_P="no\udcff")[0] == 1
    code, _, err = folder.run("apply", "-y", "--var", "P=false", GITLAB_CI="1", GITLAB_USER_LOGIN="J\udcf6rg")
    assert code == 0, err
    assert folder.world.value("SELECT actor FROM tapdb_ledger") == "J\ufffdrg"


def test_a_file_whose_name_is_no_text_is_told_of_in_a_saved_plan(folder: Folder) -> None:
    folder.write(pack(1, polymorphic_discriminator="own_template"))
    (folder.path / "templates/lab/pack.json").rename(folder.path / "templates/lab/l\udce4b.json")
    assert folder.run("plan", "--out", "plan.json")[0] == 0
    code, out, _ = folder.run("show", "plan.json")
    assert code == 0
    assert "--> templates/lab/l\\udce4b.json" in out
    assert folder.run("apply", "plan.json")[0] == 0


def test_an_account_without_a_name_is_told_to_name_a_user(folder: Folder) -> None:
    folder.write(pack(1))
    manifest = folder.path / "manifests" / "dev.yaml"
    lines = manifest.read_text().splitlines(keepends=True)
    manifest.write_text("".join(line for line in lines if "user:" not in line))
    code, _, err = folder.run("plan", LOGNAME="J\udcf6rg")
    assert code == 1
    assert "error[CLI017]" in err
    assert "name `user` under `database`" in err


def test_targets_and_exclusions(folder: Folder) -> None:
    folder.write(pack(3))
    _, out, _ = folder.run("plan", "--target", "template.container/tube/t1/1.0")
    assert "t0/1.0" not in out
    assert "prefix.CX will be created" in out
    _, out, _ = folder.run("plan", "--exclude", "template.*/t1/*")
    assert "t1/1.0" not in out
    code, out, err = folder.run("plan", "--target", "template.none")
    assert (code, out) == (1, "")
    assert "PLN020" in err


def test_the_sql_script_runs_in_psql(folder: Folder) -> None:
    folder.write(pack(3))
    assert folder.run("plan", "--output-sql", "plan.sql")[0] == 0
    server, database = folder.world.server, folder.world.database
    command = [server.psql, "-Xq", "-f", folder.path / "plan.sql", server.dsn(database)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert folder.world.value("SELECT count(*) FROM generic_template") == 3


def test_an_unwritable_file_is_explained(folder: Folder) -> None:
    folder.write(pack(1))
    code, _, err = folder.run("plan", "--out", "missing/plan.json")
    assert code == 1
    assert "error[CLI005]" in err


def test_validate_needs_no_database_and_prints_findings(folder: Folder) -> None:
    folder.write(pack(1, instance_prefix="OIL"))
    code, out, _ = folder.run("validate")
    assert code == 1
    assert "templates/lab/pack.json:1" in out
    assert out.endswith("Validated: 1 error.\n")
    code, out, _ = folder.run("validate", "--json")
    assert code == 1
    assert json.loads(out)["findings"][0]["where"]["file"] == "templates/lab/pack.json"


def test_validate_strict_or_not(folder: Folder) -> None:
    folder.write(pack(1, json_addl={"action_imports": {"x": "no/such/thing/1.0"}}))
    assert folder.run("validate")[0] == 1
    code, out, _ = folder.run("validate", "--no-strict")
    assert code == 0
    assert "warning[" in out


@pytest.mark.parametrize(
    "arguments", [["plan"], ["apply", "--auto-approve"], ["show"], ["psql", "dev"], ["pg", "status"]]
)
def test_a_folder_without_manifests_is_explained(folder: Folder, arguments: list[str]) -> None:
    code, out, err = folder.run(*arguments)
    assert (code, out) == (1, "")
    assert "tapdb init" in err


def test_a_reader_that_goes_away_is_no_error(built: Folder) -> None:
    built.write(pack(3000))
    with built.start("plan", "--json") as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PGHOST", "nowhere"),
        ("PGSERVICE", "nowhere"),
        ("PGHOSTADDR", "192.0.2.1"),
        ("PGOPTIONS", "-csearch_path=nowhere"),
        ("PGPORT", "1"),
        ("PGDATABASE", "x"),
        ("PGSSLMODE", "verify-full"),
    ],
)
def test_ambient_variables_do_not_redirect(built: Folder, name: str, value: str) -> None:
    assert built.run("plan", **{name: value}) == (0, UNCHANGED, "")


def test_output_that_cannot_be_written_is_explained() -> None:
    with Path("/dev/full").open("w") as full:
        command = [Path(sys.executable).with_name("tapdb"), "version"]
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (1, "error: standard output: No space left on device\n")


def test_closed_streams_are_no_mistake() -> None:
    command = [str(Path(sys.executable).with_name("tapdb")), "version"]
    for closed in (">&-", "2>&-", "<&-"):
        assert subprocess.run(["sh", "-c", f'"$0" "$1" {closed}', *command], check=False).returncode == 0
