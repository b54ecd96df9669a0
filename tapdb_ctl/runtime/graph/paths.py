"""How one instance leads to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapdb_ctl.runtime.graph.parts import parts
from tapdb_ctl.runtime.graph.question import Question, driver_rows
from tapdb_ctl.runtime.graph.scope import scope
from tapdb_ctl.runtime.refs import uuids

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.graph.scope import Direction, Relationship
    from tapdb_ctl.runtime.graph.values import Edge, Node
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

    It follows edges to children, with `direction="up"` to parents, with "both" either way. Of several that are equally
    short it takes the oldest edge at each step. Raises NotFoundError where an end is no live instance.
    """
    wanted = scope(direction, relationship, depth, as_of)
    (goal,) = uuids(session, [start])
    # Backwards: a sample comes from few things, while what comes of a reagent may be half of the database.
    nodes, edges = parts(driver_rows(Question(session, (end,), wanted.turned()).ask("path", "path", goal=goal)))
    if not nodes:
        Question(session, (start, end), wanted).require()
        return None
    return Path(nodes, edges)
