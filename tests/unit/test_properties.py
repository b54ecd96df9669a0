"""Paths into json_addl, and the texts made of them; tests/integration/schema compares these with the servers'."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapdb_ctl.properties import PATH, PropertyIndex, live_instances, path, value, written

KEYS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=6)
BARCODE = PropertyIndex("container/plate/fixed-plate-96/1.0", ("properties", "barcode"), "text")


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("barcode", ("barcode",)),
        ("properties.wells.0.-1", ("properties", "wells", "0", "-1")),
        ('properties."lot.no"', ("properties", "lot.no")),
        ('"a""b"."."', ('a"b', ".")),
    ],
)
def test_paths(written: str, keys: tuple[str, ...]) -> None:
    assert re.fullmatch(PATH, written)
    assert path(written) == keys


@pytest.mark.parametrize("written", ["", ".", "a.", ".a", "a..b", 'a"b', '"a', '"a"b', '""', "a b", "ü", "$.a"])
def test_no_paths(written: str) -> None:
    assert not re.fullmatch(PATH, written)


@given(st.lists(KEYS, min_size=1, max_size=4))
def test_every_key_can_be_written(keys: list[str]) -> None:
    written = ".".join('"' + key.replace('"', '""') + '"' for key in keys)
    assert re.fullmatch(PATH, written)
    assert path(written) == tuple(keys)


def test_the_name_is_that_of_template_and_path() -> None:
    assert BARCODE.name == "tapdb_px_fixed_plate_96_barcode_7e533a0f9a"
    same = [PropertyIndex(BARCODE.code, BARCODE.path, kind, unique=True) for kind in ("text", "numeric", "boolean")]
    assert {each.name for each in same} == {BARCODE.name}
    others = [
        PropertyIndex(BARCODE.code, ("properties.barcode",), "text"),
        PropertyIndex(BARCODE.code, ("other", "barcode"), "text"),
        PropertyIndex("container/plate/fixed-plate-96/2.0", BARCODE.path, "text"),
    ]
    assert len({each.name for each in others} | {BARCODE.name}) == 4


@given(KEYS, st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,200}\Z"))
def test_a_name_needs_no_quotes_and_leaves_room_for_a_suffix(key: str, subtype: str) -> None:
    name = PropertyIndex(f"c/t/{subtype}/1", (key,), "text").name
    assert re.fullmatch(r"tapdb_px_[a-z0-9_]+", name)
    assert len(f"{name}_tapdb_unfinished") <= 63


def test_a_query_with_several_instances_says_which() -> None:
    assert value(("a",), "numeric", "i") == "tapdb_property_numeric(i.json_addl, '{a}'::text[])"
    assert live_instances("c/t/s/1", "i").startswith("i.category = 'c'::text AND i.type = 't'::text")
    assert live_instances("c/t/s/1", "i").endswith(" AND NOT i.is_deleted")


@given(
    st.lists(st.text("ab01_\\\"'{},. \n%ü\u00a0", min_size=1, max_size=5), min_size=1, max_size=3),
    st.sampled_from(["text", "numeric", "timestamptz", "boolean"]),
    st.booleans(),
)
def test_an_index_and_its_path_can_be_read_back(keys: list[str], kind: Any, unique: bool) -> None:
    index = PropertyIndex("container/plate/fixed-plate-96/1.0", tuple(keys), kind, unique)
    assert PropertyIndex.of(index.definition) == index
    assert re.fullmatch(PATH, written(index.path))
    assert path(written(index.path)) == index.path


def test_what_no_template_can_declare_is_no_index() -> None:
    for definition in (
        "CREATE INDEX i ON generic_instance USING btree (euid)",
        BARCODE.definition.replace("btree", "hash"),
        BARCODE.definition.replace(BARCODE.name, "mine"),
        f"{BARCODE.definition} AND euid IS NOT NULL",
    ):
        assert PropertyIndex.of(definition) is None
