"""`tapdb graph`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tapdb_ctl.cli.options import Look, Selection

if TYPE_CHECKING:
    from tapdb_ctl.core.graph import Graph


class Format(StrEnum):
    """The languages in which a graph can be written."""

    DOT = "dot"
    MERMAID = "mermaid"


def graph(
    selection: Selection,
    look: Look,
    *,
    planfile: Annotated[
        Path | None, typer.Argument(metavar="PLANFILE", help="A plan that `plan --out` saved.", show_default=False)
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="The language of the graph.")] = Format.DOT,
    target: Annotated[
        list[str] | None,
        typer.Option("--target", metavar="ADDRESS", help="Only this and what it leads to; globs allowed; repeatable."),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="TYPE", help="Only resources of this type, such as template; repeatable."),
    ] = None,
) -> int:
    """Draw what is declared, or what a saved plan changes.

    An arrow leads to what a resource needs, a labelled one to what a template mentions. No database is asked.
    """
    from tapdb_ctl.cli.console import reader_may_go
    from tapdb_ctl.views import dot, mermaid

    drawn = _part(_drawn(planfile, selection), target or [], kind or [])
    console = look.console
    if form is Format.MERMAID and len(drawn.edges) > mermaid.EDGES:
        console.note(
            [f"Mermaid draws {mermaid.EDGES} edges unless its maxEdges is raised; these are {len(drawn.edges)}."]
        )
    with reader_may_go():
        console.data(mermaid.lines(drawn) if form is Format.MERMAID else dot.lines(drawn))
    return 0


def _drawn(planfile: Path | None, selection: Selection) -> "Graph":
    from tapdb_ctl.cli import graphing, replaying, wiring

    if planfile:
        return graphing.planned(replaying.read(planfile).plan)
    return graphing.wanted(wiring.load(selection).desired)


def _part(drawn: "Graph", targets: list[str], types: list[str]) -> "Graph":
    """What `--target` and `--type` leave; raises BadParameter for a type that nothing is of."""
    from tapdb_ctl.core import graph as graphs
    from tapdb_ctl.engine import scoping

    if targets:
        drawn = graphs.within(drawn, scoping.matched(targets, drawn.nodes))
    if types:
        there = sorted({address.type for address in drawn.nodes})
        if missing := [each for each in types if each not in there]:
            raise typer.BadParameter(f"--type: nothing here is a {missing[0]}; there are {', '.join(there)}")
        drawn = graphs.only(drawn, [address for address in drawn.nodes if address.type in types])
    return drawn
