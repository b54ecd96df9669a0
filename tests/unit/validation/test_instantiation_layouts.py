"""Layouts as applications check them: TAPDB's functions and models, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tapdb_ctl.validation import (
    ChildTemplateObject,
    format_validation_error,
    normalize_template_code_str,
    validate_instantiation_layouts,
    validate_template_code_str,
)

CODE = "content/sample/dna/1.0"


@pytest.mark.parametrize("value", [None, [], {}])
def test_nothing_is_no_layout(value: object) -> None:
    assert validate_instantiation_layouts(value) == []


def test_entries_are_codes_or_objects() -> None:
    entries = [f" {CODE}/ ", {"template_code": f"{CODE}/", "count": "3", "name_pattern": "S-{i}", "colour": "red"}]
    (layout,) = validate_instantiation_layouts([{"child_templates": entries, "rows": 8}])
    code, child = (entry.root for entry in layout.child_templates)
    assert (layout.relationship_type, layout.name_pattern, layout.model_extra) == ("contains", None, {"rows": 8})
    assert code == CODE
    assert isinstance(child, ChildTemplateObject)
    assert (child.template_code, child.count, child.name_pattern) == (CODE, 3, "S-{i}")
    assert child.model_extra == {"colour": "red"}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("x", "Input should be a valid list"),
        ([{}], "0.child_templates: Field required"),
        ([{"child_templates": ["a//b/1"]}], "0.child_templates.0.code: Value error, RUN003: this is no template code"),
        (
            [{"child_templates": [{"template_code": CODE, "count": 0}]}],
            "0.child_templates.0.object.count: Input should be greater than or equal to 1",
        ),
        ([{"child_templates": [3]}], "0.child_templates.0.object: Input should be a valid dictionary"),
        ([{"relationship_type": " ", "child_templates": []}], "0.relationship_type: String should match pattern"),
        ([{"name_pattern": "{x}", "child_templates": []}], "0.name_pattern: Value error, {x} is not known"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(value: Any, told: str) -> None:
    with pytest.raises(ValidationError) as caught:
        validate_instantiation_layouts(value)
    assert format_validation_error(caught.value).startswith(told)
    assert "; " not in format_validation_error(caught.value)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - that it is one is what counts
        validate_instantiation_layouts([{"child_templates": [{"count": 0}, "a/b"]}])
    assert isinstance(caught.value, ValidationError)
    assert format_validation_error(caught.value).count("; ") == 2


@pytest.mark.parametrize(("code", "plain"), [(f" {CODE}/ ", CODE), (CODE, CODE), ("a/b", "a/b"), ("", "")])
def test_codes_lose_one_closing_slash(code: str, plain: str) -> None:
    assert normalize_template_code_str(code) == plain


def test_codes_have_four_parts() -> None:
    assert validate_template_code_str(f"{CODE}/") == CODE
    for wrong in ("a/b/c", "a//b/1", f"{CODE}//", ""):
        with pytest.raises(ValueError, match="RUN003"):
            validate_template_code_str(wrong)
