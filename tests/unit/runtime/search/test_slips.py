"""What a slip would else turn into another question is refused, before any database is asked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.moments import moment
from tapdb_ctl.runtime.search import audit, find, find_instance, instances, prop
from tapdb_ctl.runtime.session import context

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize("unknown", ["nmae", "as_of", "session_", "limit"])
def test_a_filter_that_there_is_not(unknown: str) -> None:
    filters: dict[str, Any] = {unknown: "x"}
    with pytest.raises(TypeError, match=rf"no filter '{unknown}', but template, .*include_deleted"):
        instances(Session(), **filters)


@pytest.mark.parametrize("kind", ["container_instance", 5, Session, generic_instance()])
def test_what_is_no_class_of_instances(kind: Any) -> None:
    with pytest.raises(TypeError, match="takes a class such as container_instance"):
        instances(Session(), kind)


@pytest.mark.parametrize(
    ("filters", "code"),
    [
        ({"status": 5}, "RUN032.*5 is no text"),
        ({"status": [5]}, "RUN032"),
        ({"template": 5}, "RUN032"),
        ({"category": 5}, "RUN032"),
        ({"contains": "x"}, "RUN036"),
        ({"created_since": "2026-01-01"}, "RUN035.*'2026-01-01' is no datetime"),
        ({"modified_until": date(2026, 1, 1)}, "RUN035.*is no datetime"),
        ({"created_since": 0}, "RUN035"),
    ],
)
def test_filters_of_another_type(filters: Any, code: str) -> None:
    with pytest.raises(InvalidInputError, match=code):
        instances(Session(), **filters)


@pytest.mark.parametrize("order", ["name", text("name"), None, 1, generic_instance])
def test_what_nothing_is_ordered_by(order: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"RUN031.*generic_instance\.name"):
        instances(Session()).order_by(order)


@pytest.mark.parametrize("condition", [True, None, "name = 'x'", prop("a"), 1])
def test_what_is_no_condition(condition: Any) -> None:
    with pytest.raises(TypeError, match="where"):
        instances(Session()).where(condition)


def test_conditions_of_sqlalchemy_are_conditions() -> None:
    found = instances(Session()).where(generic_instance.is_singleton, text("name = 'x'"), ~generic_instance.is_deleted)
    assert len(found.conditions) == 4


def test_pages() -> None:
    for token in (2, 0, b""):
        with pytest.raises(TypeError, match="size="):
            instances(Session()).page(token)  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="RUN039"):
        instances(Session()).page(size="5")  # type: ignore[arg-type]


def test_what_is_no_euid_or_path() -> None:
    for search in (find, find_instance):
        with pytest.raises(InvalidInputError, match="RUN001"):
            search(Session(), 5)  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="RUN033"):
        prop(5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("slip", "known"),
    [
        ({"operation": "inserted"}, "INSERT or UPDATE or DELETE"),
        ({"operation": 5}, "INSERT"),
        ({"table": "nope"}, "generic_instance_lineage"),
    ],
)
def test_what_the_log_does_not_know(slip: Any, known: str) -> None:
    with pytest.raises(InvalidInputError, match=f"RUN100.*{known}"):
        audit(Session(), **slip)


def test_case_does_not_matter_in_the_log() -> None:
    found: Any = audit(Session(), operation="insert", table="Generic_Template")  # type: ignore[arg-type]
    values = [condition.right.value for condition in found.conditions]
    assert values == ["generic_template", "INSERT"]


@pytest.mark.parametrize("time", [NOW.date(), NOW.isoformat(), 0, NOW.replace(tzinfo=None)])
def test_no_moment_of_the_past(time: Any) -> None:
    assert moment(NOW) is NOW
    with pytest.raises(InvalidInputError, match="RUN035"):
        moment(time)


def test_asynchronous_sessions() -> None:
    session: Any = AsyncSession()
    for asked in (instances, audit, context, lambda session: find_instance(session, "CX-Z8A")):
        with pytest.raises(TypeError, match=r"tapdb_ctl\.aio.*run_sync"):
            asked(session)
