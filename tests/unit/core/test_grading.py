"""Grades of changes as wholes; tests/golden/grading holds those of single differences."""

from __future__ import annotations

from typing import Any

import pytest

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import Adopt, Change, Create, Delete, Replace, Update
from tapdb_ctl.core.grading import Grade, Kind, grade
from tapdb_ctl.core.grading.kinds import MAX_REASONS
from tapdb_ctl.core.resource import Resource
from worlds import template

ONE, OTHER = template("c/t/s/1.0"), template("c/t/s/1.0", name="other")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (Create(ONE), Kind.ADDITIVE),
        (Delete(ONE), Kind.BREAKING),
        (Replace(ONE, OTHER), Kind.BREAKING),
        (Adopt(ONE, ONE), Kind.COMPATIBLE),
        (Update(ONE, OTHER), Kind.COMPATIBLE),
        (Update(template("c/t/s/1.0", protected=True), template("c/t/s/1.0", protected=False)), Kind.COMPATIBLE),
        (Update(template("c/t/former/1.0"), ONE), Kind.BREAKING),
    ],
)
def test_every_kind_of_change_has_a_grade_and_a_reason(change: Change, kind: Kind) -> None:
    found = grade(change)
    assert found
    assert found.kind is kind
    assert found.reasons


def test_only_templates_have_one() -> None:
    assert grade(Create(Resource(Address("prefix", "CX"), {}))) is None


def update(**changed: tuple[Any, Any]) -> Grade:
    before, after = (template("c/t/s/1.0", **{key: pair[side] for key, pair in changed.items()}) for side in (0, 1))
    found = grade(Update(before, after))
    assert found
    return found


def test_the_worst_decides_and_is_told_first() -> None:
    found = update(name=("a", "b"), is_singleton=(True, False), instance_prefix=("CX", "CWX"))
    assert found.kind is Kind.BREAKING
    assert [reason.partition(":")[0] for reason in found.reasons] == ["instance_prefix", "is_singleton", "name"]


def test_many_reasons_are_counted() -> None:
    properties = {f"p{number}": number for number in range(MAX_REASONS + 7)}
    found = update(json_addl=({"properties": properties}, {"properties": {}}))
    assert len(found.reasons) == MAX_REASONS + 1
    assert found.reasons[-1] == "and 7 more"


def test_the_order_of_keys_does_not_matter() -> None:
    one = {"type": "object", "properties": {"b": {"minimum": 1}, "a": {"minimum": 1}}}
    other = {"properties": {"a": {"minimum": 2}, "b": {"minimum": 2}}, "type": "object"}
    turned = {key: dict(reversed(value.items())) if isinstance(value, dict) else value for key, value in other.items()}
    assert update(json_addl_schema=(one, other)) == update(json_addl_schema=(one, turned))


def deep(levels: int) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        made = {"properties": {"a": made}}
    return made


def tangled() -> dict[str, Any]:
    """Forty definitions, each a choice between six others."""
    definitions = {
        f"d{number}": {
            "anyOf": [
                {"required": [f"r{number}"], "properties": {"x": {"$ref": f"#/$defs/d{(number * 7 + choice) % 40}"}}}
                for choice in range(6)
            ]
        }
        for number in range(40)
    }
    return {"$ref": "#/$defs/d0", "$defs": definitions}


@pytest.mark.parametrize(
    "schema",
    [deep(150), {"enum": [f"value {number}" for number in range(20_000)]}, tangled(), {"not": {"$ref": "#"}}],
    ids=["deep", "large", "tangled", "endless"],
)
def test_what_is_too_much_to_compare_is_breaking(schema: dict[str, Any]) -> None:
    definitions = {name: each for name, each in schema.get("$defs", {}).items() if name != "d5"}
    found = update(json_addl_schema=(schema, {**schema, "minProperties": 1, "$defs": definitions}))
    assert found.kind is Kind.BREAKING
