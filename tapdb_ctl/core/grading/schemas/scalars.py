"""Keywords about numbers, texts, and single values."""

from __future__ import annotations

from decimal import Decimal
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, TypeAlias

from tapdb_ctl.core.grading.schemas.demands import Demand, Gap, Nested, Rule, anything
from tapdb_ctl.core.grading.schemas.parts import KINDS, NUMBERS, is_number, items, kind, kinds, values
from tapdb_ctl.core.jsonvalue import Absent, same, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tapdb_ctl.core.grading.schemas.demands import Holds, Test
    from tapdb_ctl.core.grading.schemas.parts import Part
    from tapdb_ctl.core.jsonvalue import JsonValue

_Comparison: TypeAlias = "Callable[[int | Decimal, int | Decimal], bool]"


def bound(*implied_by: tuple[str, _Comparison]) -> Test:
    """A limit that is kept where one of these keywords has a limit that compares so with it."""

    def test(having: Part, demand: Demand, _: Holds) -> Iterator[Gap | Nested]:
        limit = demand.wanted.number(demand.keyword)
        if limit is None or not any(_kept(having.number(other), compare, limit) for other, compare in implied_by):
            yield demand.gap(having)

    return test


def _kept(having: int | Decimal | None, compare: _Comparison, limit: int | Decimal) -> bool:
    return having is not None and compare(having, limit)


def at_least(keyword: str) -> Test:
    """A least number of something, of which there are never fewer than none."""
    limited = bound((keyword, ge))

    def test(having: Part, demand: Demand, holds: Holds) -> Iterator[Gap | Nested]:
        if (demand.wanted.number(keyword) or 0) > 0:
            yield from limited(having, demand, holds)

    return test


def unchanged(having: Part, demand: Demand, _: Holds) -> Iterator[Gap | Nested]:
    """A value that is met by the same value only; false asks for nothing."""
    value = having.get(demand.keyword)
    if demand.value is not False and (isinstance(value, Absent) or not same(value, _present(demand.value))):
        yield demand.gap(having)


def _present(value: JsonValue | Absent) -> JsonValue:
    return None if isinstance(value, Absent) else value


def _multiple(having: Part, demand: Demand, _: Holds) -> Iterator[Gap | Nested]:
    wanted = demand.wanted.number(demand.keyword)
    steps = [having.number("multipleOf"), 1 if "fraction" not in kinds(having) else None]
    if not wanted or not any(step and _divides(wanted, step) for step in steps):
        yield demand.gap(having)


def _divides(divisor: int | Decimal, number: int | Decimal) -> bool:
    try:
        return number % divisor == 0
    except ArithmeticError:  # more digits than Decimal calculates with
        return False


def _type(having: Part, demand: Demand, _: Holds) -> Iterator[Gap | Nested]:
    if not kinds(having) <= _types(demand.wanted):
        yield demand.gap(having)


def _types(part: Part) -> frozenset[str]:
    declared = part.get("type")
    return kinds(part._replace(schema={"type": None if isinstance(declared, Absent) else declared}))


def _values(having: Part, demand: Demand, _: Holds) -> Iterator[Gap | Nested]:
    """Every value that is left on one side is among those of the other."""
    allowed = values(demand.wanted._replace(schema={demand.keyword: _present(demand.value)})) or []
    left, possible, known = values(having), kinds(having), {_token(each) for each in allowed}
    if left is None or any(kind(each) in possible and _token(each) not in known for each in left):
        yield demand.gap(having)


def _token(value: JsonValue) -> tuple[str, object]:
    """The same for equal scalars, 1 and 1.0 among them; of objects and lists, for those that are written alike."""
    found = kind(value)
    return found, value if isinstance(value, str | int | Decimal | None) else text(value)


def _a_type(value: JsonValue) -> bool:
    names = [value] if isinstance(value, str) else items(value)
    return bool(names) and all(isinstance(name, str) and name in KINDS - {"fraction"} | {"number"} for name in names)


def _a_list(value: JsonValue) -> bool:
    return isinstance(value, list)


_NUMBER, _TEXT = NUMBERS, frozenset({"string"})
RULES: dict[str, Rule | None] = {
    "type": Rule(KINDS, _a_type, _type),
    "const": Rule(KINDS, anything, _values),
    "enum": Rule(KINDS, _a_list, _values),
    "minimum": Rule(_NUMBER, is_number, bound(("minimum", ge), ("exclusiveMinimum", ge))),
    "exclusiveMinimum": Rule(_NUMBER, is_number, bound(("minimum", gt), ("exclusiveMinimum", ge))),
    "maximum": Rule(_NUMBER, is_number, bound(("maximum", le), ("exclusiveMaximum", le))),
    "exclusiveMaximum": Rule(_NUMBER, is_number, bound(("maximum", lt), ("exclusiveMaximum", le))),
    "multipleOf": Rule(_NUMBER, is_number, _multiple),
    "minLength": Rule(_TEXT, is_number, at_least("minLength")),
    "maxLength": Rule(_TEXT, is_number, bound(("maxLength", le))),
    "pattern": Rule(_TEXT, anything, unchanged),
    "format": Rule(_TEXT, anything, unchanged),
}
