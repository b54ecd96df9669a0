"""How one instance leads to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapdb_ctl.runtime.graph.parts import parts
from tapdb_ctl.runtime.graph.question import Question
from tapdb_ctl.runtime.graph.scope import scope
from tapdb_ctl.runtime.graph.values import Edge
from tapdb_ctl.runtime.refs import uuids

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.graph.scope import Direction, Relationship
    from tapdb_ctl.runtime.graph.values import Node
    from tapdb_ctl.runtime.refs import Ref


@dataclass(frozen=True, slots=True)
class Path:
    """Nodes in the order in which they are passed, with the edges between them; `depth` counts from the start."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def path(
    session: Session,
    start: Ref,
    end: Ref,
    *,
    direction: Direction = "down",
    relationship: Relationship = None,
    depth: int | None = None,
    as_of: datetime | None = None,
) -> Path | None:
    """A shortest path from one instance to another, of at most `depth` edges; None where there is none.

    It follows edges to children, with `direction="up"` to parents, with "both" either way. Of several equally short
    ones it is always the same, that of the oldest edges. Raises NotFoundError where an end is no live instance.
    """
    wanted = scope(direction, relationship, depth, as_of)
    (goal,) = uuids(session, [start])
    # Backwards: a sample comes from few things, while what comes of a reagent may be half of the database.
    nodes, edges = parts(Question(session, (end,), wanted.turned()).ask("path", goal=goal))
    if not nodes:
        Question(session, (start, end), wanted).require()
        return None
    return _path({node.uuid: node for node in nodes}, goal, _ways(nodes, edges, direction))


def _ways(nodes: Iterable[Node], edges: Iterable[Edge], direction: Direction) -> dict[int, tuple[Edge, int]]:
    """By which edge each node is left, and for which: one that is a step nearer to the end."""
    left = {node.uuid: node.depth for node in nodes}
    found: dict[int, tuple[Edge, int]] = {}
    for edge in edges:
        for here, there in _steps(edge, direction):
            if left[there] == left[here] - 1:
                found.setdefault(here, (edge, there))
    return found


def _steps(edge: Edge, direction: Direction) -> Iterator[tuple[int, int]]:
    if direction != "up":
        yield edge.parent, edge.child
    if direction != "down":
        yield edge.child, edge.parent


def _path(nodes: dict[int, Node], start: int, ways: dict[int, tuple[Edge, int]]) -> Path:
    passed, taken = [nodes[start]._replace(depth=0)], list[Edge]()
    while way := ways.get(passed[-1].uuid):
        edge, onward = way
        taken.append(edge)
        passed.append(nodes[onward]._replace(depth=len(taken)))
    return Path(tuple(passed), tuple(taken))
