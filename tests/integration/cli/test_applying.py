"""`tapdb apply` as a process: consent, saved plans, events, interrupts."""

from __future__ import annotations

import json
import signal
import time
from typing import TYPE_CHECKING

import pytest

from folders import pack
from terminals import tapdb_at

if TYPE_CHECKING:
    from folders import Folder

COUNT = "SELECT count(*) FROM generic_template WHERE NOT is_deleted"
COMPLETE = "Apply complete! Resources: 7 added, 0 changed, 0 destroyed."


def built(folder: Folder) -> bool:
    return folder.world.value("SELECT to_regclass('generic_template')") is not None


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [([], {}), (["--input=false"], {}), ([], {"TAPDB_INPUT": "0"}), (["--json"], {})],
)
def test_without_consent_nothing_happens(folder: Folder, arguments: list[str], environment: dict[str, str]) -> None:
    folder.write(pack(3))
    code, out, err = folder.run("apply", *arguments, **environment)
    assert code == 1
    assert "--auto-approve" in out + err
    assert not built(folder)


def test_the_last_line_is_on_standard_output(folder: Folder) -> None:
    folder.write(pack(3))
    code, out, err = folder.run("apply", "--auto-approve")
    assert code == 0
    assert out.endswith(f"\nPlan: 7 to add, 0 to change, 0 to destroy.\n\n{COMPLETE}\n")
    assert "applied      PostgreSQL transaction: in place" in err
    code, out, _ = folder.run("apply", "-q", "-y")
    assert (code, out.splitlines()[-1]) == (0, "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.")


def test_a_person_is_asked(folder: Folder) -> None:
    folder.write(pack(3))
    with tapdb_at(folder, "apply") as (process, screen):
        screen.wait_for("Only 'yes' is taken as consent: ")
        screen.type("y\n")
        assert "CLI007" in screen.read_all()
        assert process.wait() == 1
    assert not built(folder)
    with tapdb_at(folder, "apply") as (process, screen):
        screen.wait_for("Only 'yes' is taken as consent: ")
        screen.type("yes\n")
        assert COMPLETE in screen.read_all()
        assert process.wait() == 0


def test_colour_is_for_terminals(folder: Folder) -> None:
    folder.write(pack(1))
    with tapdb_at(folder, "plan") as (_, screen):
        assert "\x1b[32m" in screen.read_all()
    with tapdb_at(folder, "plan", "--no-color") as (_, screen):
        assert "\x1b" not in screen.read_all()
    with tapdb_at(folder, "plan", NO_COLOR="1") as (_, screen):
        assert "\x1b" not in screen.read_all()


def test_a_saved_plan_is_applied_as_it_is_and_once(folder: Folder) -> None:
    folder.write(pack(3))
    assert folder.run("plan", "--out", "plan.json")[0] == 0
    (folder.path / "templates" / "lab" / "pack.json").write_text("not even JSON")
    code, out, _ = folder.run("apply", "plan.json")
    assert (code, out.splitlines()[-1]) == (0, COMPLETE)
    code, _, err = folder.run("apply", "plan.json")
    assert code == 1
    assert "Saved plan is stale" in err
    assert "Then go on with: tapdb plan -e dev" in err


def test_an_edited_plan_is_refused(folder: Folder) -> None:
    folder.write(pack(3))
    folder.run("plan", "--out", "plan.json")
    path = folder.path / "plan.json"
    document = json.loads(path.read_text())
    last = document["resource_changes"][-1]
    originals = (last["steps"][0]["sql"], last["address"])
    last["steps"][0]["sql"] = "DROP TABLE generic_template"
    path.write_text(json.dumps(document))
    code, _, err = folder.run("apply", "plan.json")
    assert code == 1
    assert "CLI012" in err
    last["steps"][0]["sql"], last["address"] = originals[0], "nonsense.x"
    path.write_text(json.dumps(document))
    code, _, err = folder.run("apply", "plan.json")
    assert code == 1
    assert "PLN042" in err
    assert not built(folder)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{}", "PLN040"),
        ("[", "PLN040"),
        ("[" * 100_000, "PLN040"),
        ('{"format_version": "2.0", "tapdb_version": "9"}', "PLN041"),
    ],
)
def test_what_is_no_plan(folder: Folder, content: str, code: str) -> None:
    folder.write(pack(1))
    (folder.path / "plan.json").write_text(content)
    exit_code, _, err = folder.run("apply", "plan.json")
    assert exit_code == 1
    assert code in err


def test_a_saved_plan_keeps_to_its_environment_and_scope(folder: Folder) -> None:
    folder.write(pack(1))
    folder.run("plan", "--out", "plan.json")
    assert "CLI009" in folder.run("apply", "-e", "prod", "plan.json")[2]
    assert "CLI011" in folder.run("apply", "--target", "prefix.CX", "plan.json")[2]
    assert "CLI008" in folder.run("apply", "nowhere.json")[2]
    assert not built(folder)


def test_destruction_is_asked_for_by_kind(folder: Folder) -> None:
    folder.write(pack(3))
    folder.run("apply", "-y")
    folder.write(pack(2))
    code, out, err = folder.run("apply", "-y")
    assert code == 1
    assert "apply asks for --allow-destroy template" in out
    assert "PLN010" in err
    code, out, _ = folder.run("apply", "-y", "--allow-destroy", "template")
    assert (code, out.splitlines()[-1]) == (0, "Apply complete! Resources: 0 added, 0 changed, 1 destroyed.")
    assert folder.world.value(COUNT) == 2


def test_a_guard_that_refuses_is_told_once(folder: Folder) -> None:
    folder.write(pack(3))
    folder.run("apply", "-y")
    folder.write([])
    code, out, err = folder.run("apply", "-y", "--allow-destroy", "template")
    assert (code, out.count("PLN012"), err.count("error[PLN012]")) == (1, 0, 1)
    code, out, err = folder.run("apply", "-y", "--allow-destroy", "template", "--json")
    assert (code, out.count('"PLN012"'), err) == (1, 1, "")
    assert "warning[PLN012]" in folder.run("plan")[1]
    code, _, err = folder.run("apply", "-y", "--allow-destroy", "templates")
    assert (code, "did you mean template?" in err) == (1, True)


def test_an_error_that_refuses_is_told_once(folder: Folder) -> None:
    folder.write(pack(3))
    folder.run("apply", "-y")
    folder.world.sql("DELETE FROM tapdb_ownership WHERE address LIKE '%t1%'")
    code, out, err = folder.run("apply", "-y")
    assert (code, out.count("PLN001"), err.count("error[PLN001]")) == (1, 0, 1)
    assert out == "This plan cannot be applied until its errors are resolved.\n"


def test_a_part_is_not_taken_for_the_whole(folder: Folder) -> None:
    folder.write(pack(3))
    wanted = "template.container/tube/t1/1.0"
    code, out, err = folder.run("apply", "-y", "--target", wanted)
    assert code == 0
    assert out.index("warning[PLN021]: the plan is narrowed") < out.index("Plan: ")
    assert "tapdb plan -e dev says what else is pending" in err
    for narrowing in (("--target", wanted), ("--exclude", "template.*", "--exclude", "identity.*")):
        code, out, err = folder.run("plan", *narrowing)
        assert (code, out.count("PLN021")) == (0, 1)
        assert out.endswith("No changes within the given targets; whether the rest matches was not compared.\n")
    assert folder.run("plan", "--out", "part.json", "--target", "template.*")[0] == 0
    code, out, err = folder.run("apply", "part.json")
    assert (code, "PLN021" in out, "says what else is pending" in err) == (0, True, True)
    code, out, err = folder.run("apply", "-y")
    assert (code, "PLN021" in out, "pending" in err) == (0, False, False)


def test_events(folder: Folder) -> None:
    folder.write(pack(3))
    code, out, err = folder.run("apply", "-y", "--json")
    assert (code, err) == (0, "")
    events = [json.loads(line) for line in out.splitlines()]
    kinds = [event["type"] for event in events]
    assert kinds[0] == "version"
    assert kinds[1:8] == ["planned_change"] * 7
    assert kinds[8:10] == ["change_summary", "apply_start"]
    assert kinds[-2:] == ["apply_complete", "change_summary"]
    assert events[-2]["ledger"] == 1


def test_events_of_a_failure(folder: Folder) -> None:
    folder.write(pack(1, instance_prefix="OIL"))
    code, out, err = folder.run("apply", "-y", "--json")
    assert (code, err) == (1, "")
    events = [json.loads(line) for line in out.splitlines()]
    assert [event["type"] for event in events] == ["version", "diagnostic", "apply_errored"]
    assert events[1]["diagnostic"]["where"]["line"] == 1


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_second_signal_aborts_even_while_waiting(folder: Folder, kind: signal.Signals) -> None:
    folder.write(pack(3))
    folder.run("apply", "-y")
    folder.write(pack(4))
    with folder.world.connection() as other, other.cursor() as cursor:
        cursor.execute("LOCK TABLE generic_template IN SHARE ROW EXCLUSIVE MODE")
        with folder.start("apply", "-y", "--lock-timeout", "60s") as process:
            assert process.stderr
            time.sleep(2)
            process.send_signal(kind)
            assert process.stderr.readline().startswith("interrupt: stopping after this step")
            process.send_signal(kind)
            assert process.wait(5) == 128 + kind
    assert folder.world.value(COUNT) == 3


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_rolls_back_and_says_so(folder: Folder, kind: signal.Signals) -> None:
    folder.write(pack(3))
    folder.run("apply", "-y")
    folder.write(pack(4))
    with folder.world.connection() as other, folder.start("apply", "-y", "--lock-timeout", "60s") as process:
        with other.cursor() as cursor:
            cursor.execute("LOCK TABLE generic_template IN SHARE ROW EXCLUSIVE MODE")
        assert process.stderr
        time.sleep(2)
        process.send_signal(kind)
        assert process.stderr.readline().startswith("interrupt: stopping after this step")
        other.rollback()
        said = process.stderr.read()
        assert process.wait(5) == 128 + kind
    assert "error[CLI010]: interrupted" in said
    assert folder.world.value(COUNT) == 3


def test_arguments_and_environment_from_variables(folder: Folder) -> None:
    folder.write(pack(1))
    assert folder.run("plan", TAPDB_CLI_ARGS_plan="--detailed-exitcode")[0] == 2
    code, _, err = folder.run("plan", TAPDB_ENV="prod")
    assert code == 1
    assert "prod" in err


def test_who_applied_is_recorded(folder: Folder) -> None:
    folder.write(pack(1))
    folder.run("apply", "-y", GITHUB_ACTIONS="true", GITHUB_ACTOR="ada", GITHUB_SHA="abc123")
    assert folder.world.sql("SELECT actor, context ->> 'git_commit' FROM tapdb_ledger") == [("ada", "abc123")]


def test_an_escape_sequence_does_not_reach_the_terminal(folder: Folder) -> None:
    folder.write(pack(1, name="\x1b[2Jgone"))
    _, out, err = folder.run("apply", "-y")
    assert "\\u001b[2Jgone" in out
    assert "\x1b" not in out + err
