"""What arguments and environment variables mean, before any command runs."""

import io

import pytest
import typer
from typer.core import TyperGroup

from tapdb_ctl.cli import environment
from tapdb_ctl.cli.app import app
from tapdb_ctl.cli.options import Part, Patience, Permission
from tapdb_ctl.errors import TapdbError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_arguments_from_the_environment_stand_before_the_typed_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPDB_CLI_ARGS", "--no-color")
    monkeypatch.setenv("TAPDB_CLI_ARGS_plan", "-e 'de v'")
    monkeypatch.setenv("TAPDB_CLI_ARGS_pg_start_local", "-q")
    assert environment.with_arguments(["plan", "--json"]) == ["plan", "--no-color", "-e", "de v", "--json"]
    assert environment.with_arguments(["pg", "start-local", "dev"]) == ["pg", "start-local", "--no-color", "-q", "dev"]
    assert environment.with_arguments(["--help"]) == ["--help"]
    assert environment.with_arguments([]) == []


def test_arguments_that_cannot_be_split_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPDB_CLI_ARGS_apply", "'open")
    with pytest.raises(TapdbError, match="TAPDB_CLI_ARGS_apply: No closing quotation"):
        environment.with_arguments(["apply"])


def test_every_group_of_commands_is_known() -> None:
    commands = typer.main.get_group(app).commands
    assert {name for name, command in commands.items() if isinstance(command, TyperGroup)} == environment.GROUPS


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert environment.colourful(Terminal())
    assert not environment.colourful(Terminal(), forbidden=True)
    assert not environment.colourful(io.StringIO())
    monkeypatch.setenv(name, value)
    assert not environment.colourful(Terminal())


def test_an_unknown_log_level_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPDB_LOG", "loud")
    with pytest.raises(TapdbError, match="TAPDB_LOG is no log level"):
        environment.start_logging()


@pytest.mark.parametrize(
    ("text", "seconds"), [("10s", 10), ("500ms", 0.5), ("2m", 120), ("1h", 3600), ("3", 3), ("0.5s", 0.5)]
)
def test_durations(text: str, seconds: float) -> None:
    assert Patience(lock_timeout=text).lock_seconds == seconds


@pytest.mark.parametrize("text", ["", "s", "-1s", "1d", "1 s", "1e3", "٣s"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no duration"):
        _ = Patience(lock_timeout=text).lock_seconds


@pytest.mark.parametrize(("text", "seconds"), [("0", 0), ("0ms", 0), ("2147483647ms", 2147483.647), ("596h", 2145600)])
def test_waiting_may_take_as_long_as_postgresql_can_wait(text: str, seconds: float) -> None:
    assert Patience(lock_timeout=text).lock_seconds == seconds


@pytest.mark.parametrize("text", ["2147483648ms", "597h", "999999999h"])
def test_waiting_any_longer_is_refused_with_the_range(text: str) -> None:
    with pytest.raises(typer.BadParameter, match=r"from 0 to 2147483647ms \(596h\)"):
        _ = Patience(lock_timeout=text).lock_seconds


def test_input_may_be_forbidden() -> None:
    assert Patience(input="true").may_ask
    assert not Patience(input="0").may_ask
    assert not Patience(input="FALSE").may_ask
    with pytest.raises(typer.BadParameter):
        _ = Patience(input="perhaps").may_ask


def test_targets_and_exclusions_exclude_each_other() -> None:
    with pytest.raises(typer.BadParameter):
        Part(target=["a.b"], exclude=["c.d"]).check()


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("templates", "did you mean template[?]"),
        ("catalogue", "did you mean catalog[?]"),
        ("database", "it takes template or catalog"),
    ],
)
def test_only_what_can_be_destroyed_can_be_allowed(kind: str, hint: str) -> None:
    Permission(allow_destroy=["template", "catalog"]).check()
    with pytest.raises(typer.BadParameter, match=hint):
        Permission(allow_destroy=["template", kind]).check()
