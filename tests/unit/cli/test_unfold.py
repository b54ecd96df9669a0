from dataclasses import dataclass, field
from typing import Annotated

import typer

from tapdb_ctl.cli.unfold import unfolded


@dataclass(frozen=True)
class Place:
    path: Annotated[str, typer.Option("--path")] = "here"
    tags: Annotated[list[str], typer.Option("--tag")] = field(default_factory=list)


calls: list[tuple[Place, str]] = []


def visit(place: Place, *, name: Annotated[str, typer.Argument()]) -> int:
    """Go there."""
    calls.append((place, name))
    return 7


def run(*arguments: str) -> object:
    app = typer.Typer()
    app.command()(unfolded(visit))
    return app(list(arguments), standalone_mode=False)


def test_fields_become_options_and_come_back_as_one_value() -> None:
    assert run("ada", "--path", "there", "--tag", "a", "--tag", "b") == 7
    assert calls.pop() == (Place("there", ["a", "b"]), "ada")


def test_defaults_hold_and_are_not_shared() -> None:
    run("ada")
    run("bob")
    (first, _), (second, _) = calls
    assert first == second == Place()
    assert first.tags is not second.tags
    calls.clear()


def test_name_and_help_are_kept() -> None:
    assert (unfolded(visit).__name__, unfolded(visit).__doc__) == ("visit", "Go there.")
