"""However a command ends, it ends in an exit code and plain words."""

import json
from pathlib import Path

import pytest
import typer

from tapdb_ctl.cli import app as registered
from tapdb_ctl.cli import running
from tapdb_ctl.errors import TapdbError


def ending(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> int:
    fresh = typer.Typer()

    def fail() -> None:
        raise error

    fresh.command()(fail)
    monkeypatch.setattr(registered, "app", fresh)
    return running.run(["fail"][1:])


def test_a_foreseen_failure(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert ending(monkeypatch, TapdbError.of("X001", "it is wrong", "because", "do this")) == 1
    assert capsys.readouterr() == ("", "error[X001]: it is wrong\n  because\n  hint: do this\n\n")


def test_a_defect_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("TAPDB_LOG", raising=False)
    assert ending(monkeypatch, ZeroDivisionError("secret")) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "ZeroDivisionError" in err
    assert "secret" not in err


def test_a_defect_is_shown_whole_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TAPDB_LOG", "debug")
    assert ending(monkeypatch, ZeroDivisionError()) == 1
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ending(monkeypatch, KeyboardInterrupt()) == 130


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["pg"],
        ["bogus"],
        ["plan", "--bogus"],
        ["schema"],
        ["schema", "x"],
        ["plan", "--target", "a.b", "--exclude", "c.d"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_1_and_says_so_on_standard_error(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert running.run(arguments) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "--help" in err


def test_the_version_is_told_either_way(capsys: pytest.CaptureFixture[str]) -> None:
    assert running.run(["--version"]) == 0
    flagged = capsys.readouterr()
    assert running.run(["version"]) == 0
    assert capsys.readouterr() == flagged
    assert flagged.out.startswith("tapdb ")


def test_an_environment_that_is_not_declared_is_an_error_of_info(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert running.run(["init", "-q"]) == 0
    assert capsys.readouterr() == ("", "")
    assert running.run(["info", "-e", "nope"]) == 1
    assert "ENV005" in capsys.readouterr().err
    assert running.run(["info", "-e", "dev"]) == 0


@pytest.mark.parametrize("command", [("plan",), ("show",), ("show", "nowhere.json")], ids=" ".join)
def test_machines_are_told_of_errors_in_json(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert running.run([*command, "--json"]) == 1
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert (document["valid"], document["summary"]["error"], err) == (False, 1, "")


def test_help_is_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert running.run(["--help"]) == 0
    assert capsys.readouterr().out.startswith("Usage: tapdb ")
