"""Conditions on what stands in json_addl, in the SQL of the indexes that templates declare."""

from __future__ import annotations

import math
import operator
import re
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Boolean, DateTime, Numeric, Text, func, literal, literal_column

from tapdb_ctl import properties
from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.moments import moment
from tapdb_ctl.runtime.search import values

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy import BindParameter, ColumnElement, UnaryExpression
    from sqlalchemy.types import TypeEngine

    from tapdb_ctl.properties import ValueType

Value: TypeAlias = str | bool | int | float | Decimal | datetime
"""What a property is compared with."""

_TYPES: dict[ValueType, TypeEngine[Any]] = {
    "text": Text(),
    "numeric": Numeric(),
    "timestamptz": DateTime(timezone=True),
    "boolean": Boolean(),
}


def prop(path: str, read_as: ValueType | None = None) -> Property:
    """What stands at a path of an instance's json_addl, `prop("properties.volume") >= 10`; written as in manifests.

    `read_as` follows from what it is compared with: text from a str, numeric from a number, boolean from a bool,
    timestamptz from a datetime. Raises InvalidInputError for what is no path.
    """
    if not isinstance(path, str) or not re.fullmatch(properties.PATH, path):
        raise InvalidInputError.of(
            "RUN033", "this is no path of a property", repr(path), 'keys between dots: properties."lot.no"'
        )
    return Property(properties.path(values.text(path)), read_as)


class Property:
    """A path that makes conditions; `&`, `|` and `~` join them, as they do those on columns.

    As in SQL, a value that is missing or of another type meets no comparison, `!=` included. Text of more than 2,000
    bytes is missing too: no index holds it.
    """

    __slots__ = ("_path", "_read_as")
    __hash__ = object.__hash__

    def __init__(self, path: properties.Path, read_as: ValueType | None = None) -> None:
        self._path = path
        self._read_as = read_as

    def __eq__(self, other: object) -> ColumnElement[bool]:  # type: ignore[override]  # a condition, as in SQLAlchemy
        return self._compared(operator.eq, other)

    def __ne__(self, other: object) -> ColumnElement[bool]:  # type: ignore[override]  # a condition, as in SQLAlchemy
        return self._compared(operator.ne, other)

    def __lt__(self, other: Value) -> ColumnElement[bool]:
        return self._compared(operator.lt, other)

    def __le__(self, other: Value) -> ColumnElement[bool]:
        return self._compared(operator.le, other)

    def __gt__(self, other: Value) -> ColumnElement[bool]:
        return self._compared(operator.gt, other)

    def __ge__(self, other: Value) -> ColumnElement[bool]:
        return self._compared(operator.ge, other)

    def between(self, low: Value, high: Value) -> ColumnElement[bool]:
        """From `low` to `high`, both included."""
        return (self >= low) & (self <= high)

    def in_(self, wanted: Collection[Value]) -> ColumnElement[bool]:
        """One of these, all of one type."""
        bound = [_bound(value) for value in wanted]
        kinds = {kind for kind, _ in bound} or {self._read_as or "text"}
        if len(kinds) > 1:
            raise _unread(f"{self!r} is compared with {' and '.join(sorted(kinds))} at once")
        return self.expression(*kinds).in_([value for _, value in bound])

    def startswith(self, prefix: str) -> ColumnElement[bool]:
        """Text that begins so; an index helps where the database has the locale C."""
        start = literal(values.text(prefix), Text())
        return self.expression("text").op("^@", is_comparison=True)(start)

    def contains(self, part: str) -> ColumnElement[bool]:
        """Text that holds `part` as it is written, upper and lower case told apart; no index serves it."""
        return func.strpos(self.expression("text"), literal(values.text(part), Text())) > 0

    def is_missing(self) -> ColumnElement[bool]:
        """Nothing stands there but perhaps null, or nothing of the type that the property is read as."""
        if self._read_as:
            return self.expression(self._read_as).is_(None)
        return func.jsonb_extract_path_text(generic_instance.json_addl, *self._path).is_(None)

    def asc(self) -> UnaryExpression[Any]:
        """For `order_by`, as the property itself: instances without a value come last."""
        return self.expression().asc()

    def desc(self) -> UnaryExpression[Any]:
        """For `order_by`: instances without a value come first."""
        return self.expression().desc()

    def expression(self, read_as: ValueType | None = None) -> ColumnElement[Any]:
        """The SQL expression of the value; its type is the property's own, or else `read_as`.

        Raises InvalidInputError where both are given and differ, and where neither is.
        """
        kind = self._read_as or read_as
        if kind is None:
            raise _unread(f"{self!r} could be of any type", f'prop("{properties.written(self._path)}", "numeric")')
        if read_as not in {None, kind}:
            raise _unread(f"{self!r} is read as {kind} and compared with {read_as}")
        return literal_column(properties.value(self._path, kind, properties.TABLE), _TYPES[kind])

    def __repr__(self) -> str:
        return f"prop({properties.written(self._path)!r}{f', {self._read_as!r}' if self._read_as else ''})"

    def _compared(self, compare: Callable[[Any, Any], Any], value: object) -> ColumnElement[bool]:
        kind, bound = _bound(value)
        condition: ColumnElement[bool] = compare(self.expression(kind), bound)
        return condition


def _bound(value: object) -> tuple[ValueType, BindParameter[Any]]:
    kind, found = _read(value)
    return kind, literal(found, _TYPES[kind])


def _read(value: object) -> tuple[ValueType, Value]:
    """The type that a value asks for, and the value as it is bound."""
    match value:
        case bool():
            return "boolean", value
        case int():
            return "numeric", value
        case float() | Decimal() if math.isfinite(value):
            # As JSON writes it: bound as a float, it would be compared as one, past the index.
            return "numeric", Decimal(float.__repr__(value)) if isinstance(value, float) else value
        case datetime():
            return "timestamptz", moment(value)
        case str():
            return "text", values.text(value)
    hint = "is_missing() finds instances without a value" if value is None else ""
    raise _unread(f"no property is compared with {value!r}", hint)


def _unread(detail: str, hint: str = "") -> InvalidInputError:
    return InvalidInputError.of("RUN034", "a property is compared with what it is not read as", detail, hint)
