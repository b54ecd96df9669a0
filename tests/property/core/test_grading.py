"""A schema change that is not graded breaking makes no valid instance invalid, whatever the schemas are."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from schema_pairs import POOL, Schemas, endless
from strategies import OBJECTS, VALUES
from tapdb_ctl.core.change import Update
from tapdb_ctl.core.grading import Kind, grade
from tapdb_ctl.core.grading.kinds import graded
from tapdb_ctl.core.grading.schemas import schema_notes
from tapdb_ctl.core.resource import Resource
from worlds import template

PAIRS_A_SEED = 100


def lost(old: Any, new: Any, values: list[Any]) -> list[Any]:
    """The values that were valid and are no longer."""
    was, will_be = Draft202012Validator(old), Draft202012Validator(new)
    return [value for value in values if was.is_valid(value) and not will_be.is_valid(value)]


def kind(old: Any, new: Any) -> Kind:
    return graded(schema_notes(old, new)).kind


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32), st.lists(VALUES, max_size=5))
def test_what_was_valid_stays_valid(seed: int, more: list[Any]) -> None:
    schemas = Schemas(Random(seed))
    for old, new in (schemas.pair() for _ in range(PAIRS_A_SEED)):
        if not endless(old) and not endless(new) and kind(old, new) is not Kind.BREAKING:
            assert lost(old, new, [*POOL, *more]) == [], (old, new)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32))
def test_what_nothing_changes_is_compatible(seed: int) -> None:
    schemas = Schemas(Random(seed))
    for old, new in (schemas.pair() for _ in range(PAIRS_A_SEED)):
        assert kind(old, old) is Kind.COMPATIBLE
        assert kind(old, {**old, "title": "new", "x-colour": 1}) is Kind.COMPATIBLE
        assert kind(None, new) in Kind


# Live values may have been written by anybody; manifests check theirs.
KEYS = ("properties", "action_imports", "action_definition", "expected_inputs", "default_status", "own")
LAYOUTS = st.lists(st.fixed_dictionaries({"child_templates": st.lists(VALUES, max_size=2)}) | VALUES, max_size=2)
CONTENTS = OBJECTS | st.fixed_dictionaries(
    {}, optional={**dict.fromkeys(KEYS, VALUES), "instantiation_layouts": VALUES | LAYOUTS}
)
TEMPLATES = st.builds(
    lambda content, schema: template("c/t/s/1", json_addl=content, json_addl_schema=schema), CONTENTS | VALUES, VALUES
)


@settings(max_examples=60, deadline=None)
@given(TEMPLATES, TEMPLATES)
def test_whatever_is_live_has_a_grade(before: Resource, after: Resource) -> None:
    found = grade(Update(before, after))
    assert found
    assert found.reasons or before.attributes == after.attributes
