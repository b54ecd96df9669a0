from decimal import Decimal

import pytest

from tapdb_ctl.views.text import counted, printable, shortened
from tapdb_ctl.views.values import expanded, pair_text, path_text, value_text


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (("json_addl", "properties", "x"), "json_addl.properties.x"),
        (("a", 0, "b"), "a[0].b"),
        (("a", "b.c"), 'a["b.c"]'),
        (("a", 'q"'), 'a["q\\""]'),
        (("a", "\x1b"), 'a["\\u001b"]'),
        (("a", ""), 'a[""]'),
    ],
)
def test_paths(path: tuple[str | int, ...], shown: str) -> None:
    assert path_text(path) == shown


def test_values_are_json_and_bounded() -> None:
    assert value_text({"a": [Decimal("1.50"), None]}) == '{"a": [1.50, null]}'
    assert value_text("x" * 1_000).endswith("… (902 more characters)")


def test_a_pair_of_long_values_is_shown_where_they_part() -> None:
    old, new = pair_text("a" * 500 + "old", "a" * 500 + "new")
    assert old == "…" + "a" * 24 + 'old"'
    assert new == "…" + "a" * 24 + 'new"'


def test_a_pair_of_short_values_is_shown_whole() -> None:
    assert pair_text("same start 1", "same start 2") == ('"same start 1"', '"same start 2"')


def test_large_objects_are_taken_apart_and_small_ones_are_not() -> None:
    value = {"small": {"a": 1}, "none": None, "large": {"x": "y" * 100, "z": []}}
    assert list(expanded(value)) == [(("small",), {"a": 1}), (("large", "x"), "y" * 100), (("large", "z"), [])]


def test_words() -> None:
    assert printable("a\tb\nc\x7f") == "a\\tb\\nc\\x7f"
    assert shortened("abc", 3) == "abc"
    assert counted(1, "prefix") == "1 prefix"
    assert counted(2, "prefix") == "2 prefixes"
    assert counted(1_200, "template") == "1,200 templates"
    assert counted(2, "identity") == "2 identities"
