"""Lineage: walks along edges, now and at any time, and what an instance was."""

from tapdb_ctl.runtime.graph import (
    Closure,
    Edge,
    Graph,
    Node,
    Path,
    Walk,
    ancestors,
    closure_counts,
    descendants,
    leaves,
    path,
    roots,
    subgraph,
)
from tapdb_ctl.runtime.history import Change, PastInstance, all_as_of, as_of, history

__all__ = [
    "Change",
    "Closure",
    "Edge",
    "Graph",
    "Node",
    "PastInstance",
    "Path",
    "Walk",
    "all_as_of",
    "ancestors",
    "as_of",
    "closure_counts",
    "descendants",
    "history",
    "leaves",
    "path",
    "roots",
    "subgraph",
]
