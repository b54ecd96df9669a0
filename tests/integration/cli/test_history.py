"""`tapdb history`, `rollback`, `plan --to-apply` and `export` as processes."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from folders import Folder, pack
from tapdb_ctl.cli.running import run
from terminals import tapdb_at

if TYPE_CHECKING:
    from worlds import World

UNCHANGED = "No changes. Your infrastructure matches the configuration.\n"
RETIRE = ("--allow-destroy", "template")
CI = {"GITLAB_CI": "1", "GITLAB_USER_LOGIN": "ada", "CI_COMMIT_SHA": "c0ffee" * 7, "CI_COMMIT_REF_NAME": "main"}


class Inside(Folder):
    """Runs commands in this process, which spares the start of a hundred others."""

    def run(self, *arguments: str, **more: str) -> tuple[int, str, str]:
        streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2)]
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.path)
            for name, value in {"TAPDB_TEST_PASSWORD": self.world.server.password, **more}.items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdout", streams[0])
            patch.setattr(sys, "stderr", streams[1])
            code = run(list(arguments))
        out, err = ("" if stream.flush() else stream.buffer.getvalue().decode() for stream in streams)
        assert self.world.server.password not in out + err
        return code, out, err


@pytest.fixture
def folder(tmp_path: Path, world: World) -> Folder:
    return Inside(tmp_path, world)


def changed(count: int = 3, volume: int = 7) -> list[dict[str, Any]]:
    templates = pack(count)
    templates[1]["json_addl"] = {"properties": {"volume": volume}}
    return templates


def done(folder: Folder, *arguments: str, **more: str) -> str:
    """The output of a command that succeeds."""
    code, out, err = folder.run(*arguments, **more)
    assert code == 0, out + err
    return out


@pytest.fixture
def applied(folder: Folder) -> Folder:
    """Three templates; then one of them changed; then one retired."""
    for templates in (pack(3), changed(), changed(2)):
        folder.write(templates)
        done(folder, "apply", "-y", *RETIRE, **CI)
    return folder


def test_entries_are_listed_newest_first(applied: Folder) -> None:
    heading, *rows = done(applied, "history").splitlines()
    assert heading.split() == ["entry", "applied", "(UTC)", "by", "tapdb", "what", "commit", "plan", "took"]
    assert [row.split()[0] for row in rows] == ["3", "2", "1"]
    assert "  ada  " in rows[0]
    assert "1 destroyed  c0ffeec0ff main  " in rows[0]
    assert {len(heading[: heading.index("plan")])} == {row.index(row.split()[-3]) for row in rows}

    (entry, *_) = json.loads(done(applied, "history", "--json"))["entries"]
    assert (entry["number"], entry["actor"], entry["summary"]["destroy"]) == (3, "ada", 1)
    assert entry["context"]["git_commit"] == "c0ffee" * 7
    assert entry["applied_at"].endswith("Z")


def test_the_list_can_be_narrowed(applied: Folder) -> None:
    code, out, err = applied.run("history", "--limit", "1")
    assert (code, len(out.splitlines()), err) == (0, 2, "Older entries are left out; --limit 0 lists all.\n")
    assert len(done(applied, "history", "--limit", "0").splitlines()) == 4
    numbers = [
        [entry["number"] for entry in json.loads(done(applied, "history", "--json", "--address", pattern))["entries"]]
        for pattern in ("template.container/tube/t1/1.0", "template.*/t[02]/*", "schema.*", "nothing.*")
    ]
    assert numbers == [[2, 1], [3, 1], [1], []]
    assert applied.run("history", "--address", "nothing.*")[2] == "No entry changed nothing.*.\n"


def test_a_terminal_gets_a_table_that_fits(applied: Folder) -> None:
    with tapdb_at(applied, "history", NO_COLOR="1", COLUMNS="60") as (process, screen):
        text = screen.read_all()
        assert process.wait(60) == 0
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 60


def test_an_entry_shows_all_that_it_changed(applied: Folder) -> None:
    out = done(applied, "history", "show", "2")
    assert out.startswith("Entry 2: 1 changed\n")
    assert f"  commit:      {'c0ffee' * 7} main\n" in out
    assert "  # template.container/tube/t1/1.0 was updated in-place\n" in out
    assert "      ~ json_addl.properties.volume: 1 -> 7\n" in out
    entry = json.loads(done(applied, "history", "show", "2", "--json"))["entry"]
    (change,) = entry["changes"]
    assert (change["address"], change["catalog"]) == ("template.container/tube/t1/1.0", "lab")
    assert change["change"]["before"]["json_addl"] == {"properties": {"volume": 1}}
    assert change["change"]["after"]["json_addl"] == {"properties": {"volume": 7}}


def test_what_is_not_there_is_said(applied: Folder) -> None:
    for arguments in (["history", "show", "9"], ["rollback", "9", "-y"], ["export", "--at", "9", "x"]):
        code, out, err = applied.run(*arguments)
        assert (code, out) == (1, "")
        assert "error[PLN050]: there is no such ledger entry\n  entry 9 is not there; the ledger holds 1 to 3\n" in err
    code, out, _ = applied.run("history", "show", "9", "--json")
    assert (code, json.loads(out)["findings"][0]["code"]) == (1, "PLN050")
    for arguments in (["history", "show"], ["history", "list", "1"], ["rollback"], ["rollback", "1", "--to", "2"]):
        assert applied.run(*arguments)[0] == 1


def test_without_a_database_nothing_was_applied(folder: Folder) -> None:
    folder.write(pack(1))
    assert folder.run("history") == (0, "", "Nothing was applied yet.\n")
    code, _, err = folder.run("rollback", "1", "-y")
    assert (code, "the ledger is empty" in err) == (1, True)
    code, _, err = folder.run("export", "out")
    assert (code, "PLN056" in err) == (1, True)


def euids(folder: Folder) -> dict[str, tuple[str, bool]]:
    rows = folder.world.sql("SELECT subtype, euid, is_deleted FROM generic_template")
    return {subtype: (euid, gone) for subtype, euid, gone in rows}


def test_a_rollback_brings_values_back_and_revives(applied: Folder) -> None:
    before = euids(applied)
    plan = done(applied, "plan", "--to-apply", "1")
    assert "      ~ json_addl.properties.volume: 7 -> 1\n" in plan
    assert "info[PLN055]" in plan
    assert plan.endswith("Plan: 0 to add, 2 to change, 0 to destroy.\n")
    code, _, err = applied.run("rollback", "1")
    assert (code, "CLI006" in err) == (1, True)
    assert done(applied, "rollback", "--to", "1", "-y").endswith("Resources: 0 added, 2 changed, 0 destroyed.\n")
    assert euids(applied) == {name: (euid, False) for name, (euid, _) in before.items()}
    assert done(applied, "plan", "--to-apply", "1").endswith(UNCHANGED)
    assert "rollback to 1: 2 changed" in done(applied, "history")
    assert done(applied, "plan").endswith("Plan: 0 to add, 1 to change, 1 to destroy.\n")


def test_a_rollback_destroys_what_came_later_when_it_is_allowed_to(folder: Folder) -> None:
    for count in (1, 3):
        folder.write(pack(count, indexes=[{"path": "properties.volume", "type": "numeric"}]))
        done(folder, "apply", "-y")
    code, _, err = folder.run("rollback", "1", "-y", "--allow-destroy", "template")
    assert (code, "--allow-destroy index" in err) == (1, True)
    done(folder, "rollback", "1", "-y", *RETIRE, "--allow-destroy", "index")
    assert {name: gone for name, (_, gone) in euids(folder).items()} == {"t0": False, "t1": True, "t2": True}
    assert folder.world.value("SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'tapdb_px_%'") == 1
    done(folder, "rollback", "2", "-y")
    assert folder.world.value("SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'tapdb_px_%'") == 3
    assert done(folder, "plan") == UNCHANGED


def test_a_saved_rollback_is_recorded_as_one(applied: Folder) -> None:
    done(applied, "plan", "--to-apply", "1", "--out", "back.plan")
    assert json.loads((applied.path / "back.plan").read_text())["rollback_to"] == 1
    done(applied, "apply", "back.plan")
    assert applied.world.value("SELECT context ->> 'rollback_to' FROM tapdb_ledger WHERE id = 4") == "1"


def test_a_rename_is_undone_in_place(folder: Folder) -> None:
    folder.write(pack(1))
    done(folder, "apply", "-y")
    folder.write(pack(1, subtype="later", lifecycle={"renamed_from": "container/tube/t0/1.0"}))
    done(folder, "apply", "-y")
    ((euid, _),) = euids(folder).values()
    folder.write(pack(1, subtype="other"))
    done(folder, "apply", "-y", *RETIRE)
    out = done(folder, "rollback", "1", "-y", *RETIRE)
    assert "renamed from template.container/tube/later/1.0" in out
    assert euids(folder)["t0"] == (euid, False)
    shown = done(folder, "history", "show", "2")
    assert "  # (renamed from template.container/tube/t0/1.0;" in shown


def test_what_cannot_come_back_is_said(applied: Folder) -> None:
    applied.world.sql("SET session_replication_role = replica; DELETE FROM generic_template WHERE subtype = 't2'")
    out = done(applied, "plan", "--to-apply", "1")
    assert "warning[PLN054]: a template that was there then is made anew\n" in out
    assert "the row of template.container/tube/t2/1.0 is gone" in " ".join(out.split())


def test_a_ledger_with_holes_is_not_guessed_at(applied: Folder) -> None:
    applied.world.sql(
        "SET session_replication_role = replica;"
        "DELETE FROM tapdb_ledger WHERE id = 2; DELETE FROM tapdb_ledger_change WHERE ledger_id = 2"
    )
    for number, side in (("3", "before"), ("1", "after")):
        code, _, err = applied.run("rollback", number, "-y")
        assert (code, f"1 of those {side} that moment are gone" in err) == (1, True), err
    assert applied.run("export", "--at", "3", "out")[0] == 1
    done(applied, "export", "--at", "1", "out")


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_an_export_in_place_of_the_catalogue_plans_nothing(folder: Folder, form: str) -> None:
    templates = pack(2, indexes=[{"path": 'properties."lot.no"', "unique": True}], lifecycle={"prevent_destroy": True})
    big = {"exact": 12345678901234567890123, "ü": ["no", "1.0", None], "z": {"b": 1, "a": {}}}
    templates[0] |= {"json_addl": {"properties": big}, "json_addl_schema": {"type": "object"}}
    folder.write(templates)
    source = folder.path / "templates/lab/pack.json"
    source.write_text(source.read_text().replace('"exact"', '"small": 0.10000000000000000000001, "exact"'))
    done(folder, "apply", "-y")
    assert done(folder, "export", "--format", form, "out") == "2 templates of lab in out\n"
    files = {path.name: path.read_bytes() for path in (folder.path / "out").rglob("*") if path.is_file()}
    done(folder, "export", "--format", form, "--at", "1", "again")
    assert {path.name: path.read_bytes() for path in (folder.path / "again").rglob("*") if path.is_file()} == files
    assert done(folder, "fmt", "--check", "out") == ""
    shutil.rmtree(folder.path / "templates/lab")
    (folder.path / "out/lab").rename(folder.path / "templates/lab")
    assert done(folder, "plan") == UNCHANGED


def test_an_export_replaces_an_earlier_one_and_nothing_else(applied: Folder) -> None:
    time = applied.world.value("SELECT applied_at FROM tapdb_ledger WHERE id = 2").isoformat()
    for arguments, names in ((["--at", time], "012"), ([], "01"), (["--at", "1"], "012")):
        done(applied, "export", *arguments, "out")
        found = sorted(path.parent.name for path in (applied.path / "out/lab").rglob("1.0.json"))
        assert found == [f"t{name}" for name in names]
    (applied.path / "out/lab/mine.txt").touch()
    code, _, err = applied.run("export", "out")
    assert (code, "CLI030" in err, "lab/mine.txt" in err) == (1, True, True)
    assert applied.run("export", "--at", "yesterday", "out")[0] == 1
    assert applied.run("export", "--format", "toml", "out")[0] == 1
    code, _, err = applied.run("export", "--at", "2000-01-01", "out")
    assert (code, "nothing was applied until 2000-01-01 00:00:00+0000" in err) == (1, True)


def test_an_export_of_a_catalogue_that_cannot_be_read(applied: Folder) -> None:
    """The files of the catalogue may be lost: that is when an export is wanted most."""
    shutil.rmtree(applied.path / "templates")
    done(applied, "export", "out")


def test_a_read_only_role_sees_the_ledger(applied: Folder) -> None:
    world = applied.world
    role = f"reader_{world.database}"
    world.sql(f"CREATE ROLE {role} LOGIN PASSWORD 'canary'")
    try:
        applied.write(changed(2), roles={"read_only": [role]})
        done(applied, "apply", "-y")
        manifest = applied.path / "manifests/dev.yaml"
        manifest.write_text(manifest.read_text().replace(f"user: {world.server.user}", f"user: {role}"))
        as_reader = {"TAPDB_TEST_PASSWORD": "canary"}
        assert len(done(applied, "history", **as_reader).splitlines()) == 5
        done(applied, "history", "show", "2", **as_reader)
        done(applied, "plan", "--to-apply", "1", **as_reader)
        done(applied, "export", "out", **as_reader)
    finally:
        world.sql(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_no_credential_reaches_the_ledger(folder: Folder) -> None:
    folder.write(pack(1))
    url = "https://robot:canary@ci.example/7?token=canary"
    done(folder, "apply", "-y", BUILDKITE="1", BUILDKITE_REPO=url, BUILDKITE_BUILD_URL=url)
    row = folder.world.value("SELECT to_jsonb(l)::text FROM tapdb_ledger AS l")
    assert "https://ci.example/7" in row
    assert "canary" not in row
