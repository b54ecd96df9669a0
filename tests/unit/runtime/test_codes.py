"""Codes as applications write them, and JSON laid over JSON."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.codes import normal
from tapdb_ctl.runtime.merging import merged

objects = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inside: st.lists(inside, max_size=2) | st.dictionaries(st.sampled_from("abc"), inside, max_size=3),
    max_leaves=8,
)
documents = st.dictionaries(st.sampled_from("abcd"), objects, max_size=4)


@pytest.mark.parametrize("code", ["a/b/c/1.0", "a/b/c/1.0/", " a/b/c/1.0 "])
def test_a_closing_slash_makes_no_difference(code: str) -> None:
    assert normal(code) == "a/b/c/1.0"


@pytest.mark.parametrize("code", ["", "a/b/c", "a/b/c/d/e", "a//c/1.0", "a//b/c/1.0", "/a/b/c/1", "a/b/c/1.0//"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(InvalidInputError, match="RUN003"):
        normal(code)


@given(documents, documents)
def test_each_value_is_the_upper_one_where_there_is_one(below: dict[str, Any], above: dict[str, Any]) -> None:
    laid = merged(below, above)
    assert laid.keys() == below.keys() | above.keys()
    for key, value in laid.items():
        under, over = below.get(key), above.get(key)
        if key not in above or key not in below:
            assert value == (over if key in above else under)
        elif isinstance(under, dict) and isinstance(over, dict):
            assert value == merged(under, over)
        else:
            assert value == over


@given(documents)
def test_nothing_is_laid_over_without_a_trace(document: dict[str, Any]) -> None:
    before = repr(document)
    assert merged(document, document) == merged(document, {}) == merged({}, document) == document
    assert repr(document) == before
