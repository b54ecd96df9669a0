"""The part of the graph around instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.runtime.graph.graph import Graph
from tapdb_ctl.runtime.graph.parts import parts
from tapdb_ctl.runtime.graph.question import Question, driver_rows
from tapdb_ctl.runtime.graph.scope import scope
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.graph.scope import Direction, Relationship
    from tapdb_ctl.runtime.refs import Ref


def subgraph(
    session: Session,
    origins: Ref | Iterable[Ref] | None,
    direction: Direction = "down",
    *,
    relationship: Relationship = None,
    depth: int | None = None,
    as_of: datetime | None = None,
) -> Graph:
    """What is reached from instances, themselves included, and every edge between two of these nodes.

    Without origins, None, it is the whole graph. Raises NotFoundError for origins that are no live instances.
    """
    question = Question(session, _chosen(origins), scope(direction, relationship, depth, as_of))
    nodes, edges = parts(driver_rows(question.ask("subgraph")))
    question.require([node.uuid for node in nodes if node.depth == 0])
    return Graph(nodes, edges)


def _chosen(origins: Ref | Iterable[Ref] | None) -> tuple[Ref, ...] | None:
    if isinstance(origins, str | int | generic_instance):
        return (origins,)
    return None if origins is None else tuple(origins)
