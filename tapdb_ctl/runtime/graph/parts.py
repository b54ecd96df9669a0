"""Reads the statements that return nodes and edges at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapdb_ctl.runtime.graph.values import Edge, Node

if TYPE_CHECKING:
    from collections.abc import Iterable


def parts(rows: Iterable[Any]) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """The nodes and the edges, each in the order of the statement."""
    nodes, edges = list[Node](), list[Edge]()
    for is_edge, uuid, euid, name, discriminator, bstatus, depth, parent, child in rows:
        if is_edge:
            edges.append(Edge(uuid, euid, parent, child, relationship=name))
        else:
            nodes.append(Node(uuid, euid, name, discriminator, bstatus, depth))
    return tuple(nodes), tuple(edges)
