"""Instances and edges in Mermaid's language: https://mermaid.js.org/syntax/flowchart.html."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.quoting import mermaid_string

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.runtime.graph.values import Edge, Node


def lines(nodes: Iterable[Node], edges: Iterable[Edge]) -> Iterator[str]:
    """The lines of a flowchart, its nodes called by their uuids."""
    yield "flowchart TD"
    for node in nodes:
        yield f"  n{node.uuid}[{mermaid_string(f'{node.euid} {node.name}')}]"
    for edge in edges:
        arrow = f"-->|{mermaid_string(edge.relationship)}|" if edge.relationship else "-->"
        yield f"  n{edge.parent} {arrow} n{edge.child}"
