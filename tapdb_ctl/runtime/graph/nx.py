"""Instances and edges as NetworkX has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from networkx import MultiDiGraph

    from tapdb_ctl.runtime.graph.values import Edge, Node


def graph(nodes: Iterable[Node], edges: Iterable[Edge]) -> MultiDiGraph[int]:
    """A directed graph of uuids that may have several edges between two nodes; a key is an edge's EUID."""
    try:
        import networkx as nx  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        hint = "in tapdb's checkout: pip install '.[networkx]'"
        raise InvalidInputError.of("RUN026", "networkx is not installed", hint=hint) from error
    made: MultiDiGraph[int] = nx.MultiDiGraph()
    made.add_nodes_from((node.uuid, node._asdict()) for node in nodes)
    made.add_edges_from((edge.parent, edge.child, edge.euid, edge._asdict()) for edge in edges)
    return made
