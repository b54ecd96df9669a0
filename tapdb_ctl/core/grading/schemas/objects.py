"""Keywords about objects. Which names a pattern means is never asked: patterns are equal or they are not."""

from __future__ import annotations

from operator import le
from typing import TYPE_CHECKING

from tapdb_ctl.core.grading.schemas.demands import (
    SAME_NODE,
    UNDECLARED,
    Demand,
    Gap,
    Nested,
    Rule,
    a_schema,
    named_schemas,
    texts,
)
from tapdb_ctl.core.grading.schemas.parts import ANYTHING, TEXT, Part, is_number, items
from tapdb_ctl.core.grading.schemas.scalars import bound
from tapdb_ctl.core.jsonvalue import Absent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.grading.schemas.demands import Holds
    from tapdb_ctl.core.jsonvalue import JsonValue


def required(part: Part) -> frozenset[str]:
    """The names that must be there."""
    return frozenset(name for name in items(part.get("required")) if isinstance(name, str))


def _required(having: Part, demand: Demand, _: Holds) -> Iterator[Gap | Nested]:
    if demand.item not in items(having.get("required")):
        yield Gap(demand.path, "required", Absent.ABSENT, demand.item)


def _property(having: Part, demand: Demand, holds: Holds) -> Iterator[Gap | Nested]:
    """A named property is what is declared for it or, where nothing is, what a pattern or the rest admits."""
    wanted = demand.wanted.entry("properties", demand.item) or ANYTHING
    path = (*demand.path, "properties", demand.item)
    if declared := having.entry("properties", demand.item):
        yield Nested(declared, wanted, path)
    elif not all(holds(other, wanted) for other in _undeclared(having)):
        yield Gap(path, UNDECLARED, Absent.ABSENT, demand.item)


def _pattern(having: Part, demand: Demand, holds: Holds) -> Iterator[Gap | Nested]:
    wanted = demand.wanted.entry("patternProperties", demand.item) or ANYTHING
    path = (*demand.path, "patternProperties", demand.item)
    if declared := having.entry("patternProperties", demand.item):
        yield Nested(declared, wanted, path)
    elif not all(holds(other, wanted) for other in (*having.named("properties").values(), *_undeclared(having))):
        yield Gap(path, UNDECLARED, Absent.ABSENT, demand.item)


def _undeclared(part: Part) -> list[Part]:
    """What may stand under a name that is not declared: each pattern's, or that of all others."""
    return [*part.named("patternProperties").values(), _rest(part)]


def _others(having: Part, demand: Demand, _: Holds) -> Iterator[Gap | Nested]:
    """What the wanted schema leaves to the others: names declared on one side only, and all the rest."""
    wanted = demand.wanted.sub(demand.keyword)
    for keyword in ("properties", "patternProperties"):
        declared = demand.wanted.named(keyword)
        for name, schema in having.named(keyword).items():
            if name not in declared:
                yield Nested(schema, wanted, (*demand.path, keyword, name))
    yield Nested(_rest(having), wanted, (*demand.path, demand.keyword))


def _unevaluated(having: Part, demand: Demand, holds: Holds) -> Iterator[Gap | Nested]:
    """Without a schema beside it that may evaluate more, it is another word for additionalProperties."""
    if _BESIDE & demand.wanted.keywords():
        yield from SAME_NODE.test(having, demand, holds)
    elif "additionalProperties" not in demand.wanted.keywords():
        yield from _others(having, demand, holds)


def _rest(part: Part) -> Part:
    """What names may hold that are declared nowhere."""
    here = part.keywords()
    if "additionalProperties" in here or _BESIDE & here:
        return part.sub("additionalProperties")
    return part.sub("unevaluatedProperties")


def _names(having: Part, demand: Demand, _: Holds) -> Iterator[Gap | Nested]:
    ours = having.sub("propertyNames")
    yield Nested(
        TEXT if ours is ANYTHING else ours, demand.wanted.sub("propertyNames"), (*demand.path, "propertyNames")
    )


def _fewest(having: Part, demand: Demand, _: Holds) -> Iterator[Gap | Nested]:
    limit = demand.wanted.number("minProperties") or 0
    if max(having.number("minProperties") or 0, len(required(having))) < limit:
        yield demand.gap(having)


def _dependent_names(having: Part, demand: Demand, _: Holds) -> Iterator[Gap | Nested]:
    asked, given = _named(demand.wanted, demand.item), _named(having, demand.item)
    for name in sorted(asked - given - required(having)):
        yield Gap((*demand.path, "dependentRequired", demand.item), "required", Absent.ABSENT, name)


def _named(part: Part, name: str) -> set[str]:
    dependent = part.get("dependentRequired")
    listed: JsonValue | Absent = dependent.get(name) if isinstance(dependent, dict) else None
    return {each for each in items(listed) if isinstance(each, str)}


def _dependent_schema(having: Part, demand: Demand, _: Holds) -> Iterator[Gap | Nested]:
    ours = having.entry("dependentSchemas", demand.item) or having
    wanted = demand.wanted.entry("dependentSchemas", demand.item) or ANYTHING
    yield Nested(ours, wanted, (*demand.path, "dependentSchemas", demand.item))


def _names_by_name(value: JsonValue) -> bool:
    return isinstance(value, dict) and all(map(texts, value.values()))


_OBJECT = frozenset({"object"})
_BESIDE = frozenset(
    {"$ref", "$dynamicRef", "$recursiveRef", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"}
)
RULES: dict[str, Rule | None] = {
    "required": Rule(_OBJECT, texts, _required, split=True),
    "properties": Rule(_OBJECT, named_schemas, _property, split=True),
    "patternProperties": Rule(_OBJECT, named_schemas, _pattern, split=True),
    "additionalProperties": Rule(_OBJECT, a_schema, _others),
    "propertyNames": Rule(_OBJECT, a_schema, _names),
    "minProperties": Rule(_OBJECT, is_number, _fewest),
    "maxProperties": Rule(_OBJECT, is_number, bound(("maxProperties", le))),
    "dependentRequired": Rule(_OBJECT, _names_by_name, _dependent_names, split=True),
    "dependentSchemas": Rule(_OBJECT, named_schemas, _dependent_schema, split=True),
    "unevaluatedProperties": Rule(_OBJECT, a_schema, _unevaluated),
}
