from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest
from hypothesis import given, settings

from strategies import VALUES
from tapdb_ctl.core.jsonvalue import Absent, compact, differences, digest, parse, same, text

if TYPE_CHECKING:
    from pg_servers import Server


@given(VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert same(parse(text(value)), value)
    assert same(parse(compact(value)), value)


@given(VALUES, VALUES)
def test_same_is_what_differences_finds_none_of(left: Any, right: Any) -> None:
    assert same(left, right) == (not list(differences(left, right)))
    assert same(left, right) == same(right, left)


@given(VALUES, VALUES)
def test_equal_digests_mean_equal_values(left: Any, right: Any) -> None:
    if digest(left) == digest(right):
        assert same(left, right)


@given(VALUES)
def test_the_order_of_keys_does_not_matter(value: Any) -> None:
    assert text(json.loads(text(value), parse_float=Decimal, object_pairs_hook=lambda p: dict(reversed(p)))) == text(
        value
    )


def test_a_number_is_no_truth_value() -> None:
    assert not same({"on": True}, {"on": 1})
    assert not same([0], [False])
    assert same(Decimal("1.0"), 1)


def test_differences_name_the_smallest_parts() -> None:
    before = {"a": {"x": 1, "y": [1, 2]}, "gone": 1}
    after = {"a": {"x": 1, "y": [1, 3]}, "new": None}
    assert list(differences(before, after)) == [
        (("a", "y", 1), 2, 3),
        (("gone",), 1, Absent.ABSENT),
        (("new",), Absent.ABSENT, None),
    ]


@pytest.mark.parametrize("source", ["NaN", "[Infinity]", "{", "1 2"])
def test_what_is_not_json_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(source)


@pytest.fixture(scope="module")
def jsonb(pg16: Server) -> Any:
    """What PostgreSQL makes of a value: its text, and whether it equals another."""
    connection = psycopg2.connect(pg16.dsn())
    connection.autocommit = True
    cursor = connection.cursor()

    def ask(sql: str, *values: str) -> Any:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]

    yield ask
    connection.close()


@settings(max_examples=300, deadline=None)
@given(value=VALUES)
def test_text_is_what_jsonb_prints(jsonb: Any, value: Any) -> None:
    """Up to how a number is written: 0.50 and 0.5 print differently, and then contents are compared."""
    printed = jsonb("SELECT %s::jsonb::text", text(value))
    assert printed == text(parse(printed))
    assert same(parse(printed), value)


@settings(max_examples=300, deadline=None)
@given(left=VALUES, right=VALUES)
def test_same_is_what_jsonb_calls_equal(jsonb: Any, left: Any, right: Any) -> None:
    assert jsonb("SELECT %s::jsonb = %s::jsonb", text(left), text(right)) == same(left, right)
