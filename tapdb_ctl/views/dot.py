"""A graph in Graphviz's language: https://graphviz.org/doc/info/lang.html."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.quoting import dot_string
from tapdb_ctl.views.changes import VERBS
from tapdb_ctl.views.text import Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.graph import Graph

_COLOURS = {
    Style.ADD: "darkgreen",
    Style.CHANGE: "darkorange",
    Style.DESTROY: "red",
    Style.IMPORT: "blue",
}


def lines(graph: Graph) -> Iterator[str]:
    """The lines of a directed graph, its nodes called by their addresses."""
    yield f"digraph {dot_string(graph.name)} {{"
    yield '  rankdir = "RL";'
    yield '  node [shape = rect, fontname = "sans-serif"];'
    for address, change in graph.nodes.items():
        yield f"  {dot_string(str(address))}{_look(str(address), change)};"
    for edge in graph.edges:
        label = f" [label = {dot_string(edge.label)}]" if edge.label else ""
        yield f"  {dot_string(str(edge.source))} -> {dot_string(str(edge.target))}{label};"
    yield "}"


def _look(address: str, change: Change | None) -> str:
    """How a node is drawn where a plan changes it; a node's label is otherwise its name."""
    if change is None:
        return ""
    verb = VERBS[type(change)]
    return f" [label = {dot_string(f'{verb.symbol} {address}')}, color = {_COLOURS[verb.style]}]"
