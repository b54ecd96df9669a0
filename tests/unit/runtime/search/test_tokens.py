"""Tokens of pages, which come back from strangers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.search.tokens import Position, read, written

POSITIONS = st.builds(
    Position,
    st.booleans(),
    st.none() | st.text(st.characters(exclude_categories=["Cs"])),
    st.integers(-(2**63), 2**63 - 1),
)


@given(POSITIONS, st.binary())
def test_they_come_back_as_they_went(position: Position, search: bytes) -> None:
    token = written(position, search)
    assert re.fullmatch("[A-Za-z0-9_-]+", token)
    assert read(token, search) == position


@given(POSITIONS, st.binary(), st.binary())
def test_they_are_of_one_search(position: Position, search: bytes, other: bytes) -> None:
    if search != other:
        with pytest.raises(InvalidInputError, match="RUN037"):
            read(written(position, search), other)


@given(st.text() | st.binary().map(bytes.hex))
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="RUN037"):
        read(text, b"search")


@given(POSITIONS, st.data())
def test_none_can_be_changed(position: Position, data: st.DataObject) -> None:
    token = written(position, b"search")
    place = data.draw(st.integers(0, len(token) - 2))
    changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
    with pytest.raises(InvalidInputError, match="RUN037"):
        read(changed, b"search")
