"""Walk: what is reached from an origin, asked for in the form in which it is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.graph.question import Question, cursor, driver_rows
from tapdb_ctl.runtime.graph.values import Node
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Result, ScalarResult

    from tapdb_ctl.runtime.graph.statements import Asked, Met

_Each = TypeVar("_Each")
_Found = TypeVar("_Found", int, "list[Node]", "list[generic_instance]")

_DEPTH = itemgetter(Node._fields.index("depth"))
_node = partial(tuple.__new__, Node)
"""Node._make, which is half as fast, makes sure that nothing is missing; the statement does."""

BATCH = 5_000
"""Rows that an iterator fetches at once."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Instances, nearest first and then by uuid; nothing is asked of the database before they are.

    `rows()` and `instances()` take one statement and give all of them; `rows()` a second one where an edge leads to a
    deleted instance. To iterate is to fetch nodes by and by through a cursor of the server: millions need no more
    memory than a few, and it lasts as long as the transaction. All of them raise NotFoundError where the origin is no
    live instance.
    """

    question: Question
    met: Met = "all"

    def rows(self) -> list[Node]:
        """All of them, as light values."""
        rows = driver_rows(self._ask("swift" if self._swift() else "rows"))
        if None in map(_DEPTH, rows):
            rows = driver_rows(self._ask("rows"))
        return self._there(list(map(_node, rows)))

    def instances(self) -> list[generic_instance]:
        """All of them, as mapped objects of their classes; raises InvalidInputError for a walk in the past."""
        return self._there(list(self._instances().all()))

    def count(self) -> int:
        """How many there are; none of them travels."""
        return self._there(int(self._ask("count").scalar_one()))

    def __iter__(self) -> Iterator[Node]:
        batches = self._ask("rows", BATCH).partitions(BATCH)
        return self._counted(map(_node, chain.from_iterable(batches)))

    def each(self, batch: int = 1_000) -> Iterator[generic_instance]:
        """Mapped objects, so many fetched at once; the session forgets those that nobody holds."""
        return self._counted(self._instances(batch))

    def _swift(self) -> bool:
        """Whether the quick statement will do, which leaves it to us to notice what is deleted."""
        return self.met in ("all", "beyond") and self.question.scope.as_of is None

    def _ask(self, asked: Asked, batch: int | None = None) -> Result[Any]:
        return self.question.ask(asked, self.met, batch=batch)

    def _instances(self, batch: int | None = None) -> ScalarResult[generic_instance]:
        if self.question.scope.as_of:
            hint = "Use rows(), or as_of() for all columns of an instance."
            raise InvalidInputError.of("RUN024", "a walk of the past has no mapped objects", "They are of now.", hint)
        found = select(generic_instance).from_statement(self.question.statement("instances", self.met))
        return self.question.session.scalars(found, self.question.parameters(), execution_options=cursor(batch))

    def _there(self, found: _Found) -> _Found:
        if not found:
            self.question.require()
        return found

    def _counted(self, found: Iterable[_Each]) -> Iterator[_Each]:
        empty = True
        for each in found:
            empty = False
            yield each
        if empty:
            self.question.require()
