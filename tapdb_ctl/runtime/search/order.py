"""The order of a search: one expression, and the uuid to part equals; and what comes after a row in it.

NULL counts as greater than every value, as it does in PostgreSQL's indexes, so that these serve the order both ways.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import (
    BIGINT,
    ColumnElement,
    Text,
    UnaryExpression,
    and_,
    cast,
    func,
    literal,
    literal_column,
    null,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import operators, visitors
from sqlalchemy.types import NullType

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.search.prop import Property
from tapdb_ctl.runtime.search.tokens import Position

if TYPE_CHECKING:
    from collections.abc import Iterable

OrderBy: TypeAlias = "Property | InstrumentedAttribute[Any] | ColumnElement[Any]"
"""What a search is ordered by; `.desc()` turns it round."""

_WAYS = {operators.asc_op: False, operators.desc_op: True}


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """Ascending or descending by `key`, then by `uuid` the same way; by `uuid` alone where there is no key."""

    uuid: ColumnElement[int]
    key: ColumnElement[Any] | None = None
    descending: bool = False

    def by(self, wanted: OrderBy) -> Order:
        """The order that an application names; raises InvalidInputError for NULLS FIRST, and without a type."""
        key, descending = _expression(wanted), False
        if isinstance(key, UnaryExpression) and key.modifier is not None:
            if key.modifier not in _WAYS:
                raise _unordered(key, "nothing, .asc() or .desc()")
            key, descending = key.element, _WAYS[key.modifier]
        if isinstance(key.type, NullType):
            raise _unordered(key, "say of which type it is: func.length(…, type_=Integer)")
        return Order(self.uuid, None if key.compare(self.uuid) else key, descending)

    @property
    def turned(self) -> Order:
        """The other way round."""
        return replace(self, descending=not self.descending)

    @property
    def clauses(self) -> list[UnaryExpression[Any]]:
        """What ORDER BY takes."""
        return self._clauses(*([] if self.key is None else [self.key]), self.uuid)

    def first_of(self, conditions: Iterable[ColumnElement[bool]]) -> list[UnaryExpression[Any]]:
        """What ORDER BY takes beside LIMIT, where PostgreSQL likes to follow an index until it has met enough.

        It has no statistics of what stands in json_addl: it takes one row in 200 for a match, and would read the whole
        table in vain. So what meets such a condition is found first, and then sorted by what no index holds.
        """
        if not any(map(_looks_into_json, conditions)) or (self.key is not None and _looks_into_json(self.key)):
            return self.clauses
        first, *others = [self.uuid] if self.key is None else [self.key, self.uuid]
        return self._clauses(func.coalesce(first, first), *others)

    @property
    def shown(self) -> ColumnElement[Any]:
        """A row's value as JSON writes it: to the last digit, and whatever the session's settings."""
        if self.key is None:
            return null()
        return func.to_jsonb(self.key).op("#>>")(literal_column("'{}'"))

    def after(self, at: Position) -> list[ColumnElement[bool]]:
        """What comes after a position, in parts that follow one another; each is a range that an index can give."""
        further = operator.lt if self.descending else operator.gt
        uuid = literal(at.uuid, BIGINT)
        if self.key is None:
            return [further(self.uuid, uuid)]
        if at.value is None:
            nulls = and_(self.key.is_(None), further(self.uuid, uuid))
            return [nulls, self.key.is_not(None)] if self.descending else [nulls]
        value = cast(literal(at.value, Text), self.key.type)
        others = further(tuple_(self.key, self.uuid), tuple_(value, uuid))
        return [others] if self.descending or not self._nullable else [others, self.key.is_(None)]

    def past(self, at: Position) -> Position:
        """The same place for who comes the other way: the row that stood there is on that page."""
        step = 1 if self.descending == at.backwards else -1
        return Position(backwards=not at.backwards, value=at.value, uuid=at.uuid + step)

    def _clauses(self, *columns: ColumnElement[Any]) -> list[UnaryExpression[Any]]:
        return [column.desc() if self.descending else column.asc() for column in columns]

    @property
    def _nullable(self) -> bool:
        return bool(getattr(self.key, "nullable", True))


def _looks_into_json(expression: ColumnElement[Any]) -> bool:
    names = (str(getattr(part, "name", "")) for part in visitors.iterate(expression))
    return any("json_addl" in name for name in names)


def _unordered(key: object, hint: str) -> InvalidInputError:
    return InvalidInputError.of("RUN031", "a search cannot be ordered by this", str(key), hint)


def _expression(wanted: OrderBy) -> ColumnElement[Any]:
    match wanted:
        case Property():
            return wanted.expression()
        case InstrumentedAttribute():
            return wanted.expression
        case ColumnElement():
            return wanted
    raise _unordered(
        repr(wanted), 'name a column, generic_instance.name, or a property, prop("properties.volume", "numeric")'
    )
