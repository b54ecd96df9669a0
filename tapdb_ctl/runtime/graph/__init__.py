"""Walks along lineage: what is below and above instances, how they are connected, now and at any time.

Each is one recursive statement that meets an instance once, whatever diamonds and cycles there are. Neither deleted
instances nor deleted edges are passed.
"""

from __future__ import annotations

from tapdb_ctl.runtime.graph.closures import closure_counts
from tapdb_ctl.runtime.graph.graph import Graph
from tapdb_ctl.runtime.graph.paths import Path, path
from tapdb_ctl.runtime.graph.subgraphs import subgraph
from tapdb_ctl.runtime.graph.values import Closure, Edge, Node
from tapdb_ctl.runtime.graph.walk import Walk
from tapdb_ctl.runtime.graph.walks import ancestors, descendants, leaves, roots

__all__ = [
    "Closure",
    "Edge",
    "Graph",
    "Node",
    "Path",
    "Walk",
    "ancestors",
    "closure_counts",
    "descendants",
    "leaves",
    "path",
    "roots",
    "subgraph",
]
