"""Instances and edges in Graphviz's language: https://graphviz.org/doc/info/lang.html."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.quoting import dot_string

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.runtime.graph.values import Edge, Node


def lines(nodes: Iterable[Node], edges: Iterable[Edge]) -> Iterator[str]:
    """The lines of a directed graph, its nodes called by their EUIDs."""
    shown = {node.uuid: node for node in nodes}
    yield 'digraph "lineage" {'
    yield '  node [shape = rect, fontname = "sans-serif"];'
    for node in shown.values():
        yield f"  {dot_string(node.euid)} [label = {dot_string(node.euid, node.name)}];"
    for edge in edges:
        ends = " -> ".join(dot_string(shown[uuid].euid) for uuid in (edge.parent, edge.child))
        yield f"  {ends} [label = {dot_string(edge.relationship)}];"
    yield "}"
