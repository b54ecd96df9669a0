"""Instances and edges as elements of cytoscape.js: https://js.cytoscape.org/#notation/elements-json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tapdb_ctl.runtime.graph.values import Edge, Node


def elements(nodes: Iterable[Node], edges: Iterable[Edge]) -> dict[str, list[dict[str, Any]]]:
    """Ids are EUIDs, prefixed since one of an edge may be one of an instance; labels are names."""
    shown = list(nodes)
    ids = {node.uuid: f"instance:{node.euid}" for node in shown}
    return {
        "nodes": [{"data": {"id": ids[node.uuid], "label": node.name, **node._asdict()}} for node in shown],
        "edges": [
            {
                "data": {
                    "id": f"edge:{edge.euid}",
                    "source": ids[edge.parent],
                    "target": ids[edge.child],
                    "label": edge.relationship,
                    **edge._asdict(),
                }
            }
            for edge in edges
        ],
    }
