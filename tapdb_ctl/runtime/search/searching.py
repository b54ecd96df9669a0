"""Search: conditions and an order that become a statement when rows are asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from sqlalchemy import ClauseElement, func, select, true
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.orm import InstrumentedAttribute

from tapdb_ctl.errors import InvalidInputError, NotFoundError
from tapdb_ctl.runtime.models import audit_log, tapdb_core
from tapdb_ctl.runtime.search import tokens
from tapdb_ctl.runtime.search.pages import Page
from tapdb_ctl.runtime.search.tokens import Position
from tapdb_ctl.runtime.session import synchronous

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.search.order import Order, OrderBy

Row = TypeVar("Row", bound=tapdb_core | audit_log)

_DIALECT = PGDialect()  # type: ignore[no-untyped-call]  # SQLAlchemy does not annotate it


@dataclass(frozen=True, slots=True, eq=False)
class Search(Generic[Row]):
    """An immutable question to one table: each method that narrows or orders it returns another.

    Nothing is sent before rows, a count or a page are asked for, and then what the session holds is flushed first.
    """

    session: Session
    kind: type[Row]
    order: Order
    conditions: tuple[ColumnElement[bool], ...] = ()

    def __post_init__(self) -> None:
        """Raises TypeError for an AsyncSession, at once rather than where rows are asked for."""
        synchronous(self.session)

    def where(self, *conditions: ColumnElement[bool]) -> Self:
        """Those that meet these as well: `prop(…) == "X"`, or SQLAlchemy's on the columns of the table.

        Raises TypeError for what is no condition: `where(column is None)` would else find everything, or nothing.
        """
        for condition in conditions:
            if not isinstance(condition, ClauseElement | InstrumentedAttribute):
                raise TypeError(f"where() takes conditions such as prop(…) == 'X', not {condition!r}")
        return replace(self, conditions=(*self.conditions, *conditions))

    def order_by(self, wanted: OrderBy) -> Self:
        """By a property or a column instead, `.desc()` for descending; the uuid parts equals.

        NULL comes after all values, or before them when descending. Raises InvalidInputError for other orders.
        """
        return replace(self, order=self.order.by(wanted))

    def select(self) -> Select[Row]:
        """The statement, to build upon with SQLAlchemy."""
        return select(self.kind).where(*self.conditions).order_by(*self.order.clauses)

    def all(self) -> list[Row]:
        """Every row, in memory at once."""
        return list(self.session.scalars(self.select()))

    def first(self) -> Row | None:
        """The first row of the order; None where there is none."""
        return next(iter(self._some(1)), None)

    def one(self) -> Row:
        """The only row; raises NotFoundError where there is none, InvalidInputError where there are more."""
        found = self._some(2)
        if len(found) == 1:
            return found[0]
        raise (InvalidInputError if found else NotFoundError).of(
            "RUN038", "not exactly one row matches this search", "there are several" if found else "there is none"
        )

    def count(self) -> int:
        """How many rows there are: one statement, which reads every one of them."""
        return self.session.scalars(select(func.count()).select_from(self.kind).where(*self.conditions)).one()

    def page(self, token: str | None = None, *, size: int = 100) -> Page[Row]:
        """The first page, or the one that a token of another page leads to; `size` may differ from page to page.

        One statement, or two where the rows with a value end. In the order of an index a page costs the same wherever
        it is; one of a search that looks into json_addl reads all that matches, unless it is ordered by a property.
        Raises InvalidInputError for the token of another search.
        """
        if not isinstance(token, str | None):
            raise TypeError(f"page() takes the token of another page, not {token!r}; size= says how many rows")
        search = self._identity()
        at = tokens.read(token, search) if token else None
        found = self._rows(at, _checked(size) + 1)
        backwards, more = at is not None and at.backwards, len(found) > size
        shown = found[:size][::-1] if backwards else found[:size]
        before, after = self._neighbours(shown, at)
        return Page(
            tuple(row for row, _ in shown),
            tokens.written(after, search) if after and (more or backwards) else None,
            tokens.written(before, search) if before and (more if backwards else at) else None,
            self.count,
        )

    def iterate(self, batch: int = 1000) -> Iterator[Row]:
        """Every row in order, a batch in memory at a time: one statement, whose rows come as they are asked for.

        They come from one transaction, which the caller may flush into and ends after the last of them.
        """
        with self.session.scalars(self.select().execution_options(yield_per=_checked(batch))) as rows:
            yield from rows

    def __iter__(self) -> Iterator[Row]:
        return self.iterate()

    def _some(self, limit: int) -> list[Row]:
        statement = select(self.kind).where(*self.conditions).order_by(*self.order.first_of(self.conditions))
        return list(self.session.scalars(statement.limit(limit)))

    def _rows(self, at: Position | None, limit: int) -> list[tuple[Row, str | None]]:
        """Rows with what they are ordered by, from a position on, the way that it leads."""
        order = self.order.turned if at and at.backwards else self.order
        everything = select(self.kind, order.shown).where(*self.conditions).order_by(*order.first_of(self.conditions))
        found: list[tuple[Row, str | None]] = []
        for part in order.after(at) if at else [true()]:
            rows = self.session.execute(everything.where(part).limit(limit - len(found)))
            found += [(row, value) for row, value in rows]
            if len(found) == limit:
                break
        return found

    def _neighbours(
        self, shown: list[tuple[Row, str | None]], at: Position | None
    ) -> tuple[Position | None, Position | None]:
        """Where the pages before and after begin; those of an empty page meet in one place."""
        if shown:
            (first, first_value), (last, last_value) = shown[0], shown[-1]
            return Position(True, first_value, first.uuid), Position(False, last_value, last.uuid)  # noqa: FBT003
        place = self.order.past(at) if at else None
        return place, place

    def _identity(self) -> bytes:
        """What tells this search from others: the statement and its values."""
        compiled = self.select().compile(dialect=_DIALECT)
        return repr((str(compiled), sorted(compiled.params.items()))).encode()


def _checked(size: int) -> int:
    if not isinstance(size, int) or size < 1:
        raise InvalidInputError.of("RUN039", "a page has at least one row", f"size {size!r}")
    return size
