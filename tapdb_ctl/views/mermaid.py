"""A graph in Mermaid's language, which GitHub and GitLab draw: https://mermaid.js.org/syntax/flowchart.html."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.quoting import mermaid_string
from tapdb_ctl.views.changes import VERBS
from tapdb_ctl.views.text import Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.graph import Graph

EDGES = 500
"""Edges that Mermaid draws where its `maxEdges` was not raised, as on GitHub."""

_CLASSES = {Style.ADD: "add", Style.CHANGE: "change", Style.DESTROY: "destroy", Style.IMPORT: "import"}
_COLOURS = {"add": "#1a7f37", "change": "#bf8700", "destroy": "#cf222e", "import": "#0969da"}


def lines(graph: Graph) -> Iterator[str]:
    """The lines of a flowchart, its nodes numbered in the order of their addresses."""
    yield "flowchart RL"
    names = {address: f"n{number}" for number, address in enumerate(graph.nodes)}
    for address, change in graph.nodes.items():
        yield f"  {names[address]}{_look(str(address), change)}"
    for edge in graph.edges:
        arrow = f"-->|{mermaid_string(edge.label)}|" if edge.label else "-->"
        yield f"  {names[edge.source]} {arrow} {names[edge.target]}"
    for name in sorted({_class(change) for change in graph.nodes.values() if change}):
        yield f"  classDef {name} stroke:{_COLOURS[name]}"


def _look(address: str, change: Change | None) -> str:
    if change is None:
        return f"[{mermaid_string(address)}]"
    return f"[{mermaid_string(f'{VERBS[type(change)].symbol} {address}')}]:::{_class(change)}"


def _class(change: Change) -> str:
    return _CLASSES[VERBS[type(change)].style]
