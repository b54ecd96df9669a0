"""What PostgreSQL can store, told alike for rows, searches and action records."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime import storable
from tapdb_ctl.runtime.actions.recording import plain
from tapdb_ctl.runtime.bulk.rows import text_problems
from tapdb_ctl.runtime.drafts import as_json
from tapdb_ctl.runtime.search.values import document

endless: list[Any] = []
endless.append(endless)
deep: list[Any] = []
for _ in range(100_000):
    deep = [deep]

UNSTORABLE = ["\0", "a\\\0", "\ud800", {"\0": 1}, {"\udfff": 1}, float("nan"), {(1, 2): 3}, endless, deep]


@pytest.mark.parametrize("value", UNSTORABLE, ids=range(len(UNSTORABLE)))
def test_what_cannot_be_stored_is_refused_everywhere(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        storable.document(value)
    for refused in (plain, document, lambda held: as_json(held, "who")):
        with pytest.raises(InvalidInputError):
            refused({"held": value})


def test_what_only_looks_like_a_zero_byte_is_stored() -> None:
    held = {"path": r"C:\u0000", "é": ["\U0001f9ea", r"\\u0000"]}
    assert plain(held) == held
    assert document(held) == as_json(held, "who") == r'{"path":"C:\\u0000","é":["🧪","\\\\u0000"]}'


def test_other_values_are_stored_as_text_where_that_is_wanted() -> None:
    assert storable.document([date(2020, 1, 1)], default=str) == '["2020-01-01"]'
    with pytest.raises(ValueError, match="date"):
        storable.document([date(2020, 1, 1)])


@pytest.mark.parametrize(("text", "is_text"), [("é", True), ("", True), ("\0", False), ("\ud800", False)])
def test_texts(text: str, is_text: bool) -> None:
    assert storable.is_text(text) == is_text
    problems = [] if is_text else ["name holds characters that PostgreSQL cannot store"]
    assert list(text_problems(name=text)) == problems
