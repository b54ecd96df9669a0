"""Keywords about lists."""

from __future__ import annotations

from operator import le
from typing import TYPE_CHECKING

from tapdb_ctl.core.grading.schemas.demands import SAME_NODE, Demand, Gap, Nested, Rule, a_schema, anything, schemas
from tapdb_ctl.core.grading.schemas.parts import Part, is_number
from tapdb_ctl.core.grading.schemas.scalars import at_least, bound, unchanged
from tapdb_ctl.core.jsonvalue import Absent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from tapdb_ctl.core.grading.schemas.demands import Holds


def _first(having: Part, demand: Demand, _: Holds) -> Iterator[Gap | Nested]:
    for index, wanted in enumerate(demand.wanted.subs("prefixItems")):
        if not _ends_before(having, index):
            yield Nested(_item(having, index), wanted, (*demand.path, "prefixItems", index))


def _others(having: Part, demand: Demand, _: Holds) -> Iterator[Gap | Nested]:
    wanted, begin = demand.wanted.sub("items"), len(demand.wanted.subs("prefixItems"))
    end = max(begin, len(having.subs("prefixItems")))
    for index in range(begin, end):
        if not _ends_before(having, index):
            yield Nested(_item(having, index), wanted, (*demand.path, "prefixItems", index))
    if not _ends_before(having, end):
        yield Nested(having.sub("items"), wanted, (*demand.path, "items"))


def _item(part: Part, index: int) -> Part:
    """What an item at this place has to be."""
    first = part.subs("prefixItems")
    return first[index] if index < len(first) else part.sub("items")


def _ends_before(part: Part, index: int) -> bool:
    """Whether no list has an item at this place."""
    longest = part.number("maxItems")
    return longest is not None and longest <= index


def _contains(having: Part, demand: Demand, holds: Holds) -> Iterator[Gap | Nested]:
    """At least so many of a kind, as a kind within it is asked for; at most, as a kind around it is limited."""
    wanted = demand.wanted
    ours, theirs = having.sub("contains"), wanted.sub("contains")
    counted = not isinstance(having.get("contains"), Absent)
    least, most = _least(wanted), wanted.number("maxContains")
    enough = least <= 0 or (counted and _least(having) >= least and holds(ours, theirs))
    limit = having.number("maxContains")
    few = most is None or (counted and limit is not None and limit <= most and holds(theirs, ours))
    if not (enough and few):
        yield demand.gap(having)


def _least(part: Part) -> int | Decimal:
    given = part.number("minContains")
    return 1 if given is None else given


_LIST = frozenset({"array"})
RULES: dict[str, Rule | None] = {
    "minItems": Rule(_LIST, is_number, at_least("minItems")),
    "maxItems": Rule(_LIST, is_number, bound(("maxItems", le))),
    "uniqueItems": Rule(_LIST, anything, unchanged),
    "prefixItems": Rule(_LIST, schemas, _first),
    "items": Rule(_LIST, a_schema, _others),
    "contains": Rule(_LIST, a_schema, _contains),
    "minContains": None,  # judged with contains
    "maxContains": None,
    "unevaluatedItems": SAME_NODE,
}
