"""A schema change that is not graded breaking makes no valid instance invalid, whatever the schemas are."""

from __future__ import annotations

import copy
from decimal import Decimal
from itertools import combinations, product
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from strategies import VALUES
from tapdb_ctl.core.grading import Kind
from tapdb_ctl.core.grading.kinds import graded
from tapdb_ctl.core.grading.schemas import schema_notes

NAMES = ("a", "b", "c")
SCALARS = (None, True, False, -1, 0, 1, 2, 3, Decimal("1.5"), "", "a", "b", "ab")
FEW = (1, 2, "a", None)
FLAT = [{}, *({name: value} for name in NAMES for value in FEW)]
FLAT += [dict(zip(pair, values, strict=True)) for pair in combinations(NAMES, 2) for values in product((1, "a"), repeat=2)]
LISTS: list[Any] = [[], *([value] for value in FEW), *(list(pair) for pair in product((1, 2, "a"), repeat=2)), [1, 2, 3]]
DEEP = [{name: value} for name in ("a", "b") for value in (*FLAT[:10], *LISTS[:8])] + [[value] for value in FLAT[:10]]
POOL: list[Any] = [*SCALARS, *FLAT, *LISTS, *DEEP, {"a": {"a": {"a": 1}}}, {"a": {"a": {"a": "a"}}}, [[1]], [["a"]]]

SMALL = st.integers(0, 3)
LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(["string", "integer", "number", "object", "array", "null", ["string", "null"]]),
    "const": st.sampled_from(FEW),
    "enum": st.lists(st.sampled_from(SCALARS), min_size=1, max_size=3),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), SMALL),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), SMALL),
    **dict.fromkeys(("minContains", "maxContains"), SMALL),
    "multipleOf": st.sampled_from([1, 2, Decimal("0.5")]),
    "pattern": st.sampled_from(["a", "^b"]),
    "uniqueItems": st.booleans(),
    "required": st.lists(st.sampled_from(NAMES), unique=True, max_size=2),
    "dependentRequired": st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), unique=True), max_size=1),
    "$ref": st.sampled_from(["#/$defs/x", "#/$defs/y", "#"]),
    "title": st.just("t"),
}


def nodes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    one = ("additionalProperties", "propertyNames", "items", "contains", "not", "if", "then", "else")
    one += ("unevaluatedProperties", "unevaluatedItems")
    branches = dict.fromkeys(one, inner)
    branches |= dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), st.lists(inner, min_size=1, max_size=3))
    branches |= dict.fromkeys(("properties", "dependentSchemas"), st.dictionaries(st.sampled_from(NAMES), inner, max_size=2))
    branches["patternProperties"] = st.dictionaries(st.sampled_from(["^a", "b"]), inner, max_size=2)
    keywords = st.sampled_from(sorted({**LEAVES, **branches}))
    return st.lists(keywords, unique=True, max_size=4).flatmap(
        lambda chosen: st.fixed_dictionaries({key: {**LEAVES, **branches}[key] for key in chosen})
    )


SCHEMAS = st.recursive(st.booleans() | nodes(st.booleans()), nodes, max_leaves=6)
WHOLE = st.builds(
    lambda schema, x, y: {**(schema if isinstance(schema, dict) else {}), "$defs": {"x": x, "y": y}},
    SCHEMAS, SCHEMAS, SCHEMAS,
)  # fmt: skip


def places(value: Any) -> list[dict[str, Any]]:
    """Every mapping in a schema, to change something in."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return ([value] if isinstance(value, dict) and value else []) + [place for each in inside for place in places(each)]


@st.composite
def edited(draw: Any, schema: Any) -> Any:
    """The schema with one to three things taken out, changed, or put in from another."""
    made = copy.deepcopy(schema)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(places(made) or [{"": 1}]))
        match draw(st.sampled_from(["remove", "change", "add"])):
            case "remove":
                place.pop(draw(st.sampled_from(sorted(place))), None) if place is not made else None
            case "change":
                key = draw(st.sampled_from(sorted(place)))
                if key in LEAVES:
                    place[key] = draw(LEAVES[key])
                elif isinstance(place[key], dict | bool) and key != "$defs":
                    place[key] = draw(SCHEMAS) if key not in {"properties", "patternProperties"} else place[key]
            case "add":
                if isinstance(extra := draw(SCHEMAS), dict):
                    place.update(extra)
    made.setdefault("$defs", {})
    return made


def endless(schema: Any) -> bool:
    """Whether some value would be judged for ever: a schema that asks for itself about the same value."""
    defined = schema["$defs"]
    targets = {"#": schema, "#/$defs/x": defined.get("x", True), "#/$defs/y": defined.get("y", True)}

    def around(node: Any, above: tuple[int, ...]) -> bool:
        if not isinstance(node, dict):
            return False
        if id(node) in above:
            return True
        same_value = [node[key] for key in ("not", "if", "then", "else") if key in node]
        same_value += [each for key in ("allOf", "anyOf", "oneOf") for each in node.get(key, ())]
        named = node.get("dependentSchemas", {})
        same_value += list(named.values()) if isinstance(named, dict) else []
        same_value += [targets[node["$ref"]]] if "$ref" in node else []
        return any(around(each, (*above, id(node))) for each in same_value)

    return any(around(place, ()) for place in places(schema))


PAIRS = WHOLE.flatmap(lambda old: st.tuples(st.just(old), edited(old) | WHOLE))


def valid(schema: Any, instance: Any) -> bool | None:
    """None for a schema that is no good, or refers to itself without end."""
    try:
        return Draft202012Validator(schema).is_valid(instance)
    except Exception:  # noqa: BLE001 - whatever jsonschema makes of it
        return None


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(PAIRS, st.lists(VALUES, max_size=3))
def test_what_was_valid_stays_valid(pair: tuple[Any, Any], more: list[Any]) -> None:
    old, new = pair
    assume(not endless(old) and not endless(new))
    if graded(schema_notes(old, new)).kind is Kind.BREAKING:
        return
    for instance in (*POOL, *more):
        if valid(old, instance):
            assert valid(new, instance) is not False, (old, new, instance)
