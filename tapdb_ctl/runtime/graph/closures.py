"""How much hangs on each instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.runtime.graph.question import Question, driver_rows
from tapdb_ctl.runtime.graph.scope import scope
from tapdb_ctl.runtime.graph.values import Closure
from tapdb_ctl.runtime.graph.walk import BATCH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.graph.scope import Direction, Relationship
    from tapdb_ctl.runtime.refs import Ref


def closure_counts(
    session: Session,
    origins: Iterable[Ref] | None = None,
    *,
    direction: Direction = "down",
    relationship: Relationship = None,
    depth: int | None = None,
    as_of: datetime | None = None,
) -> Iterator[Closure]:
    """How many distinct descendants, or with `direction="up"` ancestors, each instance has; the most first.

    Without origins, of every instance: the server then keeps every pair of an instance and what it leads to, in
    temporary files where there are many. Raises NotFoundError for origins that are no live instances.
    """
    chosen = None if origins is None else tuple(origins)
    question = Question(session, chosen, scope(direction, relationship, depth, as_of))
    if chosen is None:
        return map(Closure._make, question.ask("closures", "closures", batch=BATCH))
    found = list(map(Closure._make, driver_rows(question.ask("closures", "closures"))))
    question.require([closure.uuid for closure in found])
    return iter(found)
