"""Instances by filters and properties, on drivers that write values into the statement and on those that bind them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from runtime_worlds import PLATE, SAMPLE, TUBE
from tapdb_ctl.errors import InvalidInputError, NotFoundError
from tapdb_ctl.runtime.models import generic_instance, generic_template
from tapdb_ctl.runtime.models.instance import container_instance, content_instance
from tapdb_ctl.runtime.search import Search, instances, prop

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.session import TapdbSession

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def euids(found: Iterable[Any]) -> list[str]:
    return [row.euid for row in found]


def test_by_template_status_and_class(each_session: TapdbSession, make: Any) -> None:
    tubes = make({}, {}) + make({}, status="empty")
    samples = make({}, code=SAMPLE)
    found = instances(each_session)
    assert euids(found.all()) == tubes + samples
    assert euids(instances(each_session, template=TUBE)) == tubes
    assert euids(instances(each_session, template=f"{TUBE}/", status="created")) == tubes[:2]
    assert euids(instances(each_session, status=["empty", "lost"])) == tubes[2:]
    assert instances(each_session, status=[]).all() == []
    assert euids(instances(each_session, category="content", type="sample", subtype="dna", version="1.0")) == samples
    assert [type(row) for row in instances(each_session, content_instance).all()] == [content_instance]
    assert instances(each_session, container_instance, template=SAMPLE).count() == 0


def test_a_template_stands_for_its_code(session: TapdbSession, make: Any) -> None:
    tubes = make({}, {})
    make({}, code=SAMPLE)
    template = session.query(generic_template).filter_by(category="container", type="tube").one()
    assert euids(instances(session, template=template)) == tubes


def test_any_version_of_a_template(session: TapdbSession, make: Any) -> None:
    tubes = make({}, {})
    make({}, code=PLATE)
    session.execute(text("UPDATE generic_instance SET version = '2.0' WHERE euid = :e"), {"e": tubes[1]})
    assert euids(instances(session, template="container/tube/x/*")) == tubes
    assert euids(instances(session, template=TUBE)) == tubes[:1]


@pytest.mark.parametrize("code", ["", "tube", "a/b/c", "a/b/c/d/e", "a//c/1"])
def test_what_is_no_code_is_refused(session: TapdbSession, code: str) -> None:
    with pytest.raises(InvalidInputError, match="RUN003"):
        instances(session, template=code)


def test_a_code_is_never_sql(session: TapdbSession, make: Any) -> None:
    make({})
    assert instances(session, template="x' OR true --/b/c/%s").count() == 0


def test_deleted_ones_are_asked_for(session: TapdbSession, make: Any) -> None:
    live, deleted = make({}, {})
    session.execute(text("DELETE FROM generic_instance WHERE euid = :e"), {"e": deleted})
    for filters in ({}, {"template": TUBE}, {"template": "container/tube/x/*"}):
        assert euids(instances(session, **filters)) == [live]
        assert euids(instances(session, **filters, include_deleted=True)) == [live, deleted]


def test_by_time(each_session: TapdbSession, make: Any) -> None:
    made = make({}, {}, {})
    for hour, euid in enumerate(made):
        each_session.execute(
            text("UPDATE generic_instance SET created_dt = :t WHERE euid = :e"),
            {"t": NOON + timedelta(hours=hour), "e": euid},
        )
    elsewhere = timezone(timedelta(hours=5))
    since, until = (NOON + timedelta(hours=1)).astimezone(elsewhere), NOON + timedelta(hours=2)
    assert euids(instances(each_session, created_since=since)) == made[1:]
    assert euids(instances(each_session, created_until=until)) == made[:2]
    assert euids(instances(each_session, created_since=since, created_until=until)) == made[1:2]
    assert euids(instances(each_session, modified_since=NOON.replace(year=2000))) == made
    assert euids(instances(each_session, modified_until=NOON.replace(year=2000))) == []


def test_a_time_without_a_zone_is_refused(session: TapdbSession) -> None:
    naive = NOON.replace(tzinfo=None)
    for filters in ({"created_since": naive}, {"modified_until": naive}):
        with pytest.raises(InvalidInputError, match="RUN035"):
            instances(session, **filters)
    with pytest.raises(InvalidInputError, match="RUN035"):
        prop("a") < naive  # noqa: B015


def test_by_content(each_session: TapdbSession, make: Any) -> None:
    made = make({"maker": {"name": "acme"}, "n": 1}, {"maker": {"name": "acme"}}, {"lots": ["A", "B"]})
    assert euids(instances(each_session, contains={"properties": {"maker": {"name": "acme"}}})) == made[:2]
    assert euids(instances(each_session, contains={"properties": {"n": 1.0}})) == made[:1]
    assert euids(instances(each_session, contains={"properties": {"lots": ["B"]}})) == made[2:]
    assert euids(instances(each_session, contains={})) == made


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ({"a": float("nan")}, "RUN036"),
        ({"a": object()}, "RUN036"),
        ({"a": "\0"}, "RUN036"),
        ({"a": "\ud800"}, "RUN036"),
    ],
)
def test_what_no_document_holds_is_refused(session: TapdbSession, part: Any, code: str) -> None:
    with pytest.raises(InvalidInputError, match=code):
        instances(session, contains=part)


def test_a_backslash_is_no_nul(session: TapdbSession, make: Any) -> None:
    made = make({"a": "\\u0000"})
    assert euids(instances(session, contains={"properties": {"a": "\\u0000"}})) == made


VALUES = [
    {"n": 1, "s": "BC1", "b": True, "t": "2026-11-21T12:00:00Z"},
    {"n": 2.5, "s": "BC%", "b": False, "t": "2026-11-21T14:00:00+01:00"},
    {"n": 0.30000000000000004, "s": "CD", "b": None, "t": "2026-11-22"},
    {"n": "1", "s": 7, "t": None},
]


@pytest.mark.parametrize(
    ("condition", "places"),
    [
        (prop("properties.n") == 1, [0]),
        (prop("properties.n") != 1, [1, 2]),
        (prop("properties.n") == 0.1 + 0.2, [2]),
        (prop("properties.n") > Decimal("2.4"), [1]),
        (prop("properties.n") >= 1, [0, 1]),
        (prop("properties.n").between(1, 2.5), [0, 1]),
        (prop("properties.n", "numeric").in_([1, 2.5, 9]), [0, 1]),
        (prop("properties.n").in_([]), []),
        (prop("properties.n", "numeric").is_missing(), [3]),
        (prop("properties.n").is_missing(), []),
        (prop("properties.s") == "BC%", [1]),
        (prop("properties.s").startswith("BC"), [0, 1]),
        (prop("properties.s").startswith("%"), []),
        (prop("properties.s").contains("C"), [0, 1, 2]),
        (prop("properties.s").contains("%"), [1]),
        (prop("properties.s").contains("c"), []),
        (prop("properties.s") <= "BC1", [0, 1]),
        (prop("properties.s").in_(["BC1", "CD"]), [0, 2]),
        (prop("properties.b") == True, [0]),  # noqa: E712
        (prop("properties.b") == False, [1]),  # noqa: E712
        (prop("properties.b").is_missing(), [2, 3]),
        (~prop("properties.b").is_missing(), [0, 1]),
        (prop("properties.t") == NOON, [0]),
        (prop("properties.t") < NOON + timedelta(hours=12), [0, 1]),
        (prop("properties.t").between(NOON, NOON + timedelta(hours=2)), [0, 1]),
        ((prop("properties.n") == 1) | (prop("properties.s") == "CD"), [0, 2]),
        ((prop("properties.n") == 1) & (generic_instance.name == "T-1"), [0]),
    ],
)
def test_by_property(each_session: TapdbSession, make: Any, condition: ColumnElement[bool], places: list[int]) -> None:
    made = make(*VALUES)
    assert euids(instances(each_session, template=TUBE).where(condition)) == [made[place] for place in places]


def test_a_path_holds_what_keys_hold(each_session: TapdbSession, make: Any) -> None:
    key = "%(x)s :y '{\"\\é"
    made = make({key: {"lots": ["A", "B"]}}, {})
    path = 'properties."' + key.replace('"', '""') + '".lots.1'
    assert euids(instances(each_session).where(prop(path) == "B")) == made[:1]
    assert euids(instances(each_session).where(prop(path).is_missing())) == made[1:]
    assert euids(instances(each_session).order_by(prop(path, "text")).page()) == made


def test_one_and_first(session: TapdbSession, make: Any) -> None:
    made = make({"n": 1}, {"n": 2})
    found = instances(session, template=TUBE)
    assert found.where(prop("properties.n") == 2).one().euid == made[1]
    assert euids([found.first(), found.order_by(prop("properties.n", "numeric").desc()).first()]) == made
    nothing = found.where(prop("properties.n") == 3)
    assert nothing.first() is None
    with pytest.raises(NotFoundError, match=r"RUN038.*none"):
        nothing.one()
    with pytest.raises(InvalidInputError, match=r"RUN038.*several"):
        found.one()


def test_a_search_is_a_statement(session: TapdbSession, make: Any) -> None:
    made = make({"n": 1}, {"n": 2})
    statement = instances(session).select().with_only_columns(generic_instance.euid).limit(1)
    assert session.scalars(statement).all() == made[:1]


def test_what_the_session_holds_is_found(session: TapdbSession, make: Any) -> None:
    (euid,) = make({})
    instances(session).one().bstatus = "changed"
    assert euids(instances(session, status="changed")) == [euid]


def test_narrowing_leaves_the_search_as_it_was(session: Session, make: Any) -> None:
    make({"n": 1}, {"n": 2})
    found = instances(session, template=TUBE)
    narrower: Search[generic_instance] = found.where(prop("properties.n") == 1)
    assert (found.count(), narrower.count()) == (2, 1)
