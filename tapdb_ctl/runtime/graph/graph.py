"""Graph: instances and the edges between them, and the forms in which other programs take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tapdb_ctl.runtime.graph import cytoscape, dot, mermaid, nx

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from tapdb_ctl.runtime.graph.values import Edge, Node


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes, nearest first and then by uuid, and edges, oldest first; each form keeps that order."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def to_networkx(self) -> MultiDiGraph[int]:
        """A NetworkX graph of uuids, edges keyed by their EUIDs, with the values as attributes.

        Raises InvalidInputError where networkx is not installed.
        """
        return nx.graph(self.nodes, self.edges)

    def to_cytoscape(self) -> dict[str, list[dict[str, Any]]]:
        """What cytoscape.js takes as `elements`; `json.dumps` writes it."""
        return cytoscape.elements(self.nodes, self.edges)

    def to_dot(self) -> str:
        """The graph in Graphviz's language."""
        return "".join(f"{line}\n" for line in dot.lines(self.nodes, self.edges))

    def to_mermaid(self) -> str:
        """A flowchart in Mermaid's language; GitHub draws those of up to 500 edges."""
        return "".join(f"{line}\n" for line in mermaid.lines(self.nodes, self.edges))
