"""Conditions on properties, before any database is asked."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.dialects.postgresql.base import PGDialect

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.properties import PropertyIndex, path, value
from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.search import instances, prop


def sql(condition: Any) -> str:
    return str(condition.compile(dialect=PGDialect()))


@pytest.mark.parametrize(
    ("compared", "read_as"),
    [
        ("X", "text"),
        (1, "numeric"),
        (1.5, "numeric"),
        (Decimal("1.5"), "numeric"),
        (True, "boolean"),
        (datetime(2026, 11, 21, tzinfo=UTC), "timestamptz"),
    ],
)
def test_the_type_follows_from_the_value(compared: Any, read_as: Any) -> None:
    condition = sql(prop("properties.a") == compared)
    assert condition.startswith(value(("properties", "a"), read_as, "generic_instance") + " = ")
    assert sql(prop("properties.a", read_as) == compared) == condition


def test_the_texts_are_those_of_the_index() -> None:
    index = PropertyIndex("a/b/c's/1", path('properties."lot.no"'), "text")
    search = instances(None, template=index.code).where(prop('properties."lot.no"') == "X")  # type: ignore[arg-type]
    statement = sql(search.select()).replace("generic_instance.", "")
    expression, condition = index.definition.partition("btree (")[2].split(") WHERE ")
    assert f"{expression} = " in statement
    assert condition in statement


@pytest.mark.parametrize("written", ["", ".", "a..b", "a b", "$.a", '"a', "a\n", "a'"])
def test_what_is_no_path_is_refused(written: str) -> None:
    with pytest.raises(InvalidInputError, match="RUN033"):
        prop(written)


@pytest.mark.parametrize("compared", [None, math.nan, math.inf, Decimal("NaN"), b"x", [1], date(2026, 11, 21)])
def test_what_no_property_is_compared_with(compared: Any) -> None:
    with pytest.raises(InvalidInputError, match="RUN034"):
        prop("a") == compared  # noqa: B015
    with pytest.raises(InvalidInputError, match="RUN034"):
        prop("a").in_([compared])


@pytest.mark.parametrize(("read_as", "compared"), [("numeric", "1"), ("text", 1), ("numeric", True), ("boolean", 1)])
def test_a_value_of_another_type_is_refused(read_as: Any, compared: Any) -> None:
    for compare in (prop("a", read_as).__eq__, lambda other: prop("a", read_as).in_([other])):
        with pytest.raises(InvalidInputError, match=r"RUN034.*prop\('a', .* is read as"):
            compare(compared)


def test_values_of_several_types_are_no_list() -> None:
    with pytest.raises(InvalidInputError, match="RUN034"):
        prop("a").in_(["1", 1])


@pytest.mark.parametrize("compared", ["\0", "a\0", "\ud800"])
def test_text_that_no_database_holds_is_refused(compared: str) -> None:
    with pytest.raises(InvalidInputError, match="RUN032"):
        prop("a") == compared  # noqa: B015
    with pytest.raises(InvalidInputError, match="RUN032"):
        instances(None, status=compared)  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="RUN032"):
        instances(None, template=f"{compared}/b/c/1")  # type: ignore[arg-type]


def test_it_says_what_it_is() -> None:
    assert repr(prop('properties."lot.no"')) == """prop('properties."lot.no"')"""
    assert repr(prop("a", "numeric")) == "prop('a', 'numeric')"
    assert sql(~(prop("a") == 1) & (generic_instance.name == "x")).startswith("tapdb_property_numeric(")
    assert len({prop("a"), prop("a")}) == 2
