"""What walks give back: light values in place of mapped objects."""

from __future__ import annotations

from typing import NamedTuple


class Node(NamedTuple):
    """An instance that a walk met; `depth` counts the steps from the nearest origin."""

    uuid: int
    euid: str
    name: str
    discriminator: str
    bstatus: str
    depth: int


class Edge(NamedTuple):
    """An edge between two nodes, whose uuids are `parent` and `child`."""

    uuid: int
    euid: str
    parent: int
    child: int
    relationship: str


class Closure(NamedTuple):
    """How many instances can be reached from one, itself not counted."""

    uuid: int
    euid: str
    name: str
    size: int
