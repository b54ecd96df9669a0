"""What is below an instance, above it, and where that ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.runtime.graph.question import Question
from tapdb_ctl.runtime.graph.scope import scope
from tapdb_ctl.runtime.graph.walk import Walk

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.graph.scope import Direction, Relationship
    from tapdb_ctl.runtime.refs import Ref


def descendants(
    session: Session,
    origin: Ref,
    *,
    relationship: Relationship = None,
    depth: int | None = None,
    as_of: datetime | None = None,
    include_origin: bool = False,
) -> Walk:
    """What can be reached from an instance along its edges to children; `depth` limits the steps."""
    question = Question(session, (origin,), scope("down", relationship, depth, as_of))
    return Walk(question, "all" if include_origin else "beyond")


def ancestors(
    session: Session,
    origin: Ref,
    *,
    relationship: Relationship = None,
    depth: int | None = None,
    as_of: datetime | None = None,
    include_origin: bool = False,
) -> Walk:
    """What an instance can be reached from: its parents, theirs, and so on."""
    question = Question(session, (origin,), scope("up", relationship, depth, as_of))
    return Walk(question, "all" if include_origin else "beyond")


def roots(
    session: Session, origin: Ref | None = None, *, relationship: Relationship = None, as_of: datetime | None = None
) -> Walk:
    """The instances without a parent: of the whole database, or among an instance and its ancestors."""
    return _ends(session, origin, "up", relationship, as_of)


def leaves(
    session: Session, origin: Ref | None = None, *, relationship: Relationship = None, as_of: datetime | None = None
) -> Walk:
    """The instances without a child: of the whole database, or among an instance and its descendants."""
    return _ends(session, origin, "down", relationship, as_of)


def _ends(
    session: Session, origin: Ref | None, direction: Direction, relationship: Relationship, as_of: datetime | None
) -> Walk:
    """From everywhere no step is needed: every instance is met, and so is every edge."""
    depth = 0 if origin is None else None
    origins = None if origin is None else (origin,)
    return Walk(Question(session, origins, scope(direction, relationship, depth, as_of)), "ends")
