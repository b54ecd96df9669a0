"""Keywords that join schemas by other means than "and"; `allOf` and `$ref` are part of the schema that has them."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from tapdb_ctl.core.grading.schemas.demands import REFUSED, Demand, Gap, Nested, Rule, a_schema, schemas
from tapdb_ctl.core.grading.schemas.objects import required
from tapdb_ctl.core.grading.schemas.parts import KINDS, Part, conjuncts, kinds, values
from tapdb_ctl.core.jsonvalue import Absent, same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.grading.schemas.demands import Holds
    from tapdb_ctl.core.jsonvalue import JsonValue


def _any(having: Part, demand: Demand, holds: Holds) -> Iterator[Gap | Nested]:
    if not any(holds(having, each) for each in demand.wanted.subs(demand.keyword)):
        yield from _explained(having, demand, holds)


def _explained(having: Part, demand: Demand, holds: Holds) -> Iterator[Gap | Nested]:
    """Which alternatives of the same keyword have no place any more."""
    ours, theirs = having.subs(demand.keyword), demand.wanted.subs(demand.keyword)
    if not ours:
        yield demand.gap(having)
    for number, each in enumerate(ours):
        path = (*demand.path, demand.keyword, number)
        if any(holds(each, other) for other in theirs):
            continue
        same_number = len(ours) == len(theirs)
        yield Nested(each, theirs[number], path) if same_number else Gap(path, REFUSED, each.schema, None)


def _one(having: Part, demand: Demand, holds: Holds) -> Iterator[Gap | Nested]:
    """Exactly one of several: like any of them where no two admit one value, else each must mean what it meant."""
    ours, theirs = having.subs("oneOf"), demand.wanted.subs("oneOf")
    if all(disjoint(one, other) for one, other in combinations(theirs, 2)):
        yield from _any(having, demand, holds)
    elif len(ours) != len(theirs) or not all(
        holds(one, other) and holds(other, one) for one, other in zip(ours, theirs, strict=True)
    ):
        yield demand.gap(having)


def disjoint(one: Part, other: Part) -> bool:
    """Whether surely no value satisfies both: by their kinds, or by a required property that tells them apart."""
    ours, theirs = ([part for part, _ in conjuncts(each)] for each in (one, other))
    both = frozenset(KINDS).intersection(*map(kinds, (*ours, *theirs)))
    if both <= {"object"}:
        names = frozenset[str]().union(*map(required, (*ours, *theirs)))
        return not both or any(_tells_apart(ours, theirs, name) for name in names)
    return False


def _tells_apart(ours: list[Part], theirs: list[Part], name: str) -> bool:
    left, right = _values_of(ours, name), _values_of(theirs, name)
    return left is not None and right is not None and not any(same(a, b) for a in left for b in right)


def _values_of(parts: list[Part], name: str) -> list[JsonValue] | None:
    """The only values that a property may have, if its schema lists them."""
    declared = (part.entry("properties", name) for part in parts)
    return next((listed for each in declared if each and (listed := values(each)) is not None), None)


def _not(having: Part, demand: Demand, holds: Holds) -> Iterator[Gap | Nested]:
    refused = demand.wanted.sub("not")
    kept = not isinstance(having.get("not"), Absent) and holds(refused, having.sub("not"))
    if not (kept or disjoint(having, refused)):
        yield demand.gap(having)


def _if(having: Part, demand: Demand, holds: Holds) -> Iterator[Gap | Nested]:
    wanted = demand.wanted
    ours, theirs = having.sub("if"), wanted.sub("if")
    if isinstance(having.get("if"), Absent) or not (holds(ours, theirs) and holds(theirs, ours)):
        yield demand.gap(having)
        return
    for keyword in ("then", "else"):
        yield Nested(having.sub(keyword), wanted.sub(keyword), (*demand.path, keyword))


RULES: dict[str, Rule | None] = {
    "anyOf": Rule(KINDS, schemas, _any),
    "oneOf": Rule(KINDS, schemas, _one),
    "not": Rule(KINDS, a_schema, _not),
    "if": Rule(KINDS, a_schema, _if),
    "then": None,  # judged with if
    "else": None,
}
