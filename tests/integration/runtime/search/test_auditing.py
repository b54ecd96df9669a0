"""The audit log by record, actor, operation, column and time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.models import generic_instance, generic_template
from tapdb_ctl.runtime.search import audit, find_instance

if TYPE_CHECKING:
    from tapdb_ctl.runtime.session import TapdbSession

TUBES: Any = {"table": "generic_instance"}


def told(search: Any) -> list[tuple[str, str | None]]:
    return [(row.operation_type, row.column_name) for row in search]


def acting(session: TapdbSession, actor: str) -> None:
    session.execute(text("SELECT set_config('session.current_username', :actor, true)"), {"actor": actor})


def test_the_history_of_a_record(each_session: TapdbSession, make: Any) -> None:
    euid, other = make({}, {})
    instance = find_instance(each_session, euid)
    acting(each_session, "mia")
    instance.bstatus, instance.name = "full", "renamed"
    each_session.flush()
    each_session.delete(instance)
    each_session.flush()
    history = [("INSERT", None), ("UPDATE", "name"), ("UPDATE", "bstatus"), ("DELETE", None)]
    found = audit(each_session, record=euid)
    assert sorted(told(found), key=str) == sorted(history, key=str)
    assert found.all() == sorted(found.all(), key=lambda row: row.uuid)
    assert audit(each_session, record=euid, descending=True).all() == found.all()[::-1]
    assert told(audit(each_session, record=instance)) == told(audit(each_session, record=instance.uuid)) == told(found)
    assert told(audit(each_session, record=other)) == [("INSERT", None)]
    assert told(audit(each_session, record=euid, actor="mia", operation="UPDATE", column="bstatus")) == [
        ("UPDATE", "bstatus")
    ]
    (change,) = audit(each_session, record=euid, column="bstatus").all()
    assert (change.old_value, change.new_value, change.changed_by) == ("created", "full", "mia")
    assert {row.changed_by for row in audit(each_session, record=euid, operation="INSERT")} == {"tester"}


def test_records_of_other_tables(session: TapdbSession, make: Any) -> None:
    (euid,) = make({})
    template = find_instance(session, euid).parent_template
    before = audit(session, record=template).count()
    assert before
    assert audit(session, record=template.uuid, table="generic_template").count() == before
    assert audit(session, record=template.euid, table="generic_instance").count() == 0
    assert audit(session, table="generic_template").count() == audit(session).count() - audit(session, **TUBES).count()
    assert isinstance(template, generic_template)


def test_by_time(session: TapdbSession, make: Any) -> None:
    (euid,) = make({})
    (row,) = audit(session, record=euid).all()
    at, later = row.changed_at, timedelta(microseconds=1)
    assert audit(session, record=euid, since=at, until=at + later).count() == 1
    assert audit(session, record=euid, since=at + later).count() == 0
    assert audit(session, record=euid, until=at).count() == 0
    with pytest.raises(InvalidInputError, match="RUN035"):
        audit(session, since=datetime.now(UTC).replace(tzinfo=None))


@pytest.mark.parametrize("descending", [False, True])
def test_time_orders_the_log_and_writing_the_history_of_a_record(
    session: TapdbSession, make: Any, descending: bool
) -> None:
    (euid,) = make({})
    earlier = audit(session, record=euid).one().changed_at - timedelta(days=1)
    session.execute(
        text(
            "INSERT INTO audit_log (rel_table_name, rel_table_uuid_fk, rel_table_euid_fk, operation_type, column_name,"
            " changed_at) VALUES ('generic_instance', 1, :euid, 'UPDATE', 'waited', :at)"
        ),
        {"euid": euid, "at": earlier},
    )
    search = audit(session, since=earlier, table="generic_instance", descending=descending)
    way = -1 if descending else 1
    assert told(search)[::way] == [("UPDATE", "waited"), ("INSERT", None)]
    assert told(audit(session, record=euid, descending=descending))[::way] == [("INSERT", None), ("UPDATE", "waited")]


@pytest.mark.parametrize("descending", [False, True])
def test_pages_of_the_log(session: TapdbSession, make: Any, descending: bool) -> None:
    make(*({} for _ in range(5)))
    found = audit(session, descending=descending)
    everything = found.all()
    times = [(row.changed_at, row.uuid) for row in everything]
    assert times == sorted(times, reverse=descending)
    page, met = found.page(size=4), []
    while True:
        met += page.items
        if not page.next:
            break
        page = found.page(page.next, size=4)
    assert met == everything
    assert page.total() == len(everything)
    with pytest.raises(InvalidInputError, match="RUN037"):
        audit(session, descending=not descending).page(found.page(size=1).next)


def test_a_misspelt_record_is_told_from_one_without_history(session: TapdbSession, make: Any) -> None:
    (euid,) = make({})
    with pytest.raises(InvalidInputError, match="RUN001") as caught:
        audit(session, record=euid.lower())
    assert caught.value.findings[0].hint == f"did you mean {euid}?"
    assert audit(session, record="CX-20000007").all() == []
    assert audit(session, record=10**12).all() == []
    assert not session.get(generic_instance, 10**12)
