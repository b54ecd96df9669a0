"""Pages: each row once, whatever the order, and the same pages on the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Integer, func, text

from strategies import TEXT
from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.search import InstanceSearch, Page, instances, prop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.runtime.session import TapdbSession

ORDERS: dict[str, Any] = {
    "uuid": generic_instance.uuid,
    "uuid, descending": generic_instance.uuid.desc(),
    "status": generic_instance.bstatus,
    "modified": generic_instance.modified_dt.desc(),
    "length of the name": func.length(generic_instance.name, type_=Integer),
    **{kind: prop("properties.v", kind) for kind in ("text", "numeric", "boolean", "timestamptz")},
    **{f"{kind}, descending": prop("properties.v", kind).desc() for kind in ("text", "numeric", "boolean")},
    "ascending in words": prop("properties.v", "timestamptz").asc(),
}
TIMES = st.sampled_from(["2026-11-21", "2026-11-21T00:00:00.000001+01:00", "0001-01-02T00:00:00Z", "9999-12-30"])
FEW = st.sampled_from([None, True, False, 1, 1.5, -0.001, 10**30, "a", "B", "", "é\"'\\%:x"])
PROPERTIES = st.lists(st.fixed_dictionaries({"v": FEW | TEXT | TIMES | st.integers(0, 3)}), max_size=12)
ON_A_SERVER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)

Search = InstanceSearch[generic_instance]


def forwards(found: Search, size: int) -> Iterator[Page[generic_instance]]:
    page = found.page(size=size)
    yield page
    while page.next:
        page = found.page(page.next, size=size)
        yield page


def backwards(found: Search, page: Page[generic_instance], size: int) -> Iterator[Page[generic_instance]]:
    yield page
    while page.previous:
        page = found.page(page.previous, size=size)
        yield page


def uuids(*pages: Page[generic_instance]) -> list[int]:
    return [row.uuid for page in pages for row in page]


@given(properties=PROPERTIES, order=st.sampled_from(sorted(ORDERS)), size=st.integers(1, 5))
@ON_A_SERVER
def test_a_walk_meets_each_row_once_and_comes_back(
    session: TapdbSession, make: Any, properties: list[dict[str, Any]], order: str, size: int
) -> None:
    with session.begin_nested() as example:
        make(*properties)
        found = instances(session).order_by(ORDERS[order])
        everything = [row.uuid for row in found.all()]
        walk = list(forwards(found, size))
        assert uuids(*walk) == everything
        assert len(everything) == len(properties)
        assert all(len(page) == size for page in walk[:-1])
        assert [page.items for page in backwards(found, walk[-1], size)] == [page.items for page in reversed(walk)]
        assert [row.uuid for row in found.iterate(size)] == everything
        example.rollback()


@given(
    properties=st.lists(st.fixed_dictionaries({"v": st.none() | st.integers(0, 3)}), min_size=1, max_size=8),
    others=st.lists(st.fixed_dictionaries({"v": st.none() | st.integers(0, 3)}), min_size=1, max_size=8),
    order=st.sampled_from(["uuid", "uuid, descending", "numeric", "numeric, descending"]),
    size=st.integers(1, 3),
    at=st.integers(0, 4),
)
@ON_A_SERVER
def test_what_is_inserted_and_deleted_meanwhile_moves_no_other_row(
    session: TapdbSession,
    make: Any,
    properties: list[dict[str, Any]],
    others: list[dict[str, Any]],
    order: str,
    size: int,
    at: int,
) -> None:
    with session.begin_nested() as example:
        made = make(*properties)
        found = instances(session).order_by(ORDERS[order])
        everything = [row.uuid for row in found.all()]
        met: list[int] = []
        for number, page in enumerate(forwards(found, size)):
            met += uuids(page)
            if number == at:
                make(*others)
                session.execute(text("DELETE FROM generic_instance WHERE euid = :e"), {"e": made[0]})
        assert len(set(met)) == len(met)
        gone = set(everything) - {row.uuid for row in found.all()}
        assert [uuid for uuid in met if uuid in set(everything) - gone] == [u for u in everything if u not in gone]
        example.rollback()


@pytest.mark.parametrize("order", ["uuid", "uuid, descending", "numeric", "numeric, descending"])
def test_a_page_whose_rows_are_gone_still_leads_back_and_on(session: TapdbSession, make: Any, order: str) -> None:
    made = make(*({"v": n % 2} for n in range(6)))
    found = instances(session).order_by(ORDERS[order])
    in_order = [row.euid for row in found.all()]
    first = found.page(size=2)
    second = found.page(first.next, size=2)
    last = found.page(second.next, size=2)

    delete = text("DELETE FROM generic_instance WHERE euid = ANY (:gone)")
    session.execute(delete, {"gone": in_order[4:]})
    empty = found.page(second.next, size=2)
    assert (empty.items, empty.next) == ((), None)
    assert found.page(empty.previous, size=2).items == second.items

    session.execute(delete, {"gone": in_order[:4]})
    session.execute(text("UPDATE generic_instance SET is_deleted = false WHERE euid = ANY (:e)"), {"e": in_order[4:]})
    empty = found.page(last.previous, size=2)
    assert (empty.items, empty.previous) == ((), None)
    assert uuids(found.page(empty.next, size=2)) == uuids(last)
    assert len(made) == 6


def test_the_ends(session: TapdbSession, make: Any) -> None:
    found = instances(session)
    nothing = found.page()
    assert (nothing.items, nothing.next, nothing.previous, nothing.total()) == ((), None, None, 0)
    make({}, {}, {})
    exactly = found.page(size=3)
    assert (len(exactly), exactly.next, exactly.previous) == (3, None, None)
    first = found.page(size=2)
    assert (first.total(), first.previous) == (3, None)
    second = found.page(first.next, size=2)
    assert second.next is None
    again = found.page(second.previous, size=2)
    assert (again.items, again.previous) == (first.items, None)
    assert uuids(found.page(again.next)) == uuids(second)


def test_the_size_may_change_on_the_way(session: TapdbSession, make: Any) -> None:
    make(*({} for _ in range(7)))
    found = instances(session)
    first = found.page(size=1)
    second = found.page(first.next, size=4)
    third = found.page(second.next, size=100)
    assert [len(page) for page in (first, second, third)] == [1, 4, 2]
    for size in (0, -1):
        with pytest.raises(InvalidInputError, match="RUN039"):
            found.page(size=size)
        with pytest.raises(InvalidInputError, match="RUN039"):
            next(found.iterate(size))


def test_a_token_belongs_to_its_search(session: TapdbSession, make: Any) -> None:
    make(*({"v": n} for n in range(4)))
    found = instances(session, status="created")
    token = found.page(size=2).next
    assert token
    assert token.isascii()
    assert not set(token) & set("+/=?&# ")
    found.page(token, size=3)
    instances(session, status="created").page(token)
    others = (
        instances(session, status="empty"),
        found.where(prop("properties.v") == 1),
        found.order_by(generic_instance.uuid.desc()),
        found.order_by(generic_instance.name),
        instances(session, status="created", include_deleted=True),
    )
    for other in others:
        with pytest.raises(InvalidInputError, match=r"RUN037"):
            other.page(token)
    for wrong in ("x", "é", "=", token[:-4], token[:20] + "A" + token[21:], "A" * 5000):
        with pytest.raises(InvalidInputError, match=r"RUN037"):
            found.page(wrong)


def test_numbers_keep_their_last_digit_in_a_token(session: TapdbSession, make: Any) -> None:
    big = 10**25
    make(*({"v": big + n} for n in (2, 1, 3)))
    found = instances(session).order_by(prop("properties.v", "numeric"))
    assert [row.json_addl["properties"]["v"] - big for page in forwards(found, 1) for row in page] == [1, 2, 3]


def test_orders_that_no_page_can_keep_are_refused(session: TapdbSession) -> None:
    for wanted in (generic_instance.modified_dt.nulls_first(), func.length(generic_instance.name)):
        with pytest.raises(InvalidInputError, match="RUN031"):
            instances(session).order_by(wanted)
    with pytest.raises(InvalidInputError, match="RUN034"):
        instances(session).order_by(prop("properties.v"))


def test_rows_can_be_changed_on_the_way(each_session: TapdbSession, make: Any) -> None:
    made = make({}, {}, {}, {}, {})
    for row in instances(each_session, status="created").iterate(2):
        row.bstatus = "done"
        each_session.flush()
    assert instances(each_session, status="done").count() == len(made)


def test_an_iteration_holds_a_batch(each_session: TapdbSession, make: Any) -> None:
    make(*({} for _ in range(50)))
    held = [len(each_session.identity_map) for _ in instances(each_session).iterate(5)]
    assert len(held) == 50
    assert max(held) <= 10
