"""What a schema says of an instance: the place and the rule, or honestly nothing."""

from decimal import Decimal
from typing import Any

import pytest

from tapdb_ctl.core.jsonvalue import parse
from tapdb_ctl.jsonschemas.instances import Judge, Refusal, UnjudgedError

DOUBLING = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)}


def about(**schemas: object) -> dict[str, Any]:
    return {"properties": {"properties": {"properties": schemas}}}


@pytest.mark.parametrize(
    ("schema", "value", "path", "rule"),
    [
        (about(a={"minimum": 3}), {"properties": {"a": 1}}, ("properties", "a"), "minimum"),
        (about(a={"items": {"type": "string"}}), {"properties": {"a": ["x", 1]}}, ("properties", "a", 1), "type"),
        ({"properties": {"p": {"required": ["a", "b"]}}}, {"p": {"a": 1}}, ("p", "b"), "required"),
        ({"additionalProperties": False}, {"a": 1}, ("a",), "additionalProperties"),
        (
            {"patternProperties": {"^b": {}}, "additionalProperties": {"minimum": 2}},
            {"bc": 1, "c": 1},
            ("c",),
            "minimum",
        ),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, (), "dependentRequired"),
        ({"items": False}, [1], (), "items"),
        ({"uniqueItems": True}, [1, Decimal("1.0")], (), "uniqueItems"),
        ({"uniqueItems": True}, [{"a": 1, "b": [2]}, {"b": [2], "a": 1}], (), "uniqueItems"),
        ({"type": "object"}, "text", (), "type"),
        (False, {}, (), "false"),
    ],
)
def test_the_place_and_the_rule(schema: object, value: object, path: tuple[str | int, ...], rule: str) -> None:
    refusal = Judge(schema).refusal(value)
    assert refusal is not None
    assert refusal[:2] == (path, rule)


@pytest.mark.parametrize(
    ("rule", "limit"),
    [({"maximum": 2.5}, "2.5"), ({"pattern": "^B"}, "^B"), ({"enum": [1]}, ""), ({"pattern": "x" * 61}, "")],
)
def test_what_the_schema_gives_with_the_rule_where_it_is_short(rule: dict[str, object], limit: str) -> None:
    refusal = Judge({"properties": {"a": {"anyOf": [rule]}, "b": rule}}).refusal({"b": 9 if "maximum" in rule else "a"})
    assert refusal == Refusal(("b",), next(iter(rule)), limit)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (about(a={"minimum": 3}), {"properties": {"a": 3}}),
        (about(a={"minimum": 3}), {"properties": {}}),
        ({"uniqueItems": True}, [1, "1", True, [1], [True], None, {}]),
        ({"uniqueItems": False}, [1, 1]),
        ({"type": "integer"}, Decimal("1E+100000")),
        ({"maximum": 5}, Decimal("-1E+131000")),
        (True, None),
    ],
)
def test_satisfied(schema: object, value: object) -> None:
    judge = Judge(schema)
    assert judge.refusal(value) is None
    assert judge.is_complete


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"$ref": "#"}, {}),
        ({"$ref": "#/$defs/gone"}, {}),
        ({"$ref": "https://example.org/x.json"}, {}),
        ({"$id": "http://[::1", "$ref": "#a"}, {}),
        ({"$defs": {**DOUBLING, "d40": {}}, "$ref": "#/$defs/d0"}, {}),
        ({"multipleOf": Decimal("1E-300")}, Decimal("1E+300")),
        ({"type": "thing"}, {}),
        ({"properties": 5}, {}),
        ({"$ref": "#/examples/0", "examples": [5]}, {}),
        ({"items": {"$ref": "#"}}, parse("[" * 500 + "]" * 500)),
    ],
)
def test_what_cannot_be_told(schema: object, value: object) -> None:
    judge = Judge(schema)
    for _ in range(2):
        with pytest.raises(UnjudgedError):
            judge.refusal(value)


@pytest.mark.parametrize(
    "schema",
    [about(a={"pattern": "^(?!a)"}), {"patternProperties": {r"(a)\1": {}}}, {"unevaluatedProperties": False}],
)
def test_what_is_left_aside_is_told(schema: object) -> None:
    assert not Judge(schema).is_complete


def test_each_value_has_the_whole_budget() -> None:
    judge = Judge({"items": {"allOf": [{"type": "integer"}] * 40}})
    assert [judge.refusal([1] * 50) for _ in range(5)] == [None] * 5
