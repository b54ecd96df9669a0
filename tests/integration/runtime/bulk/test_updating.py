"""update_many: merged while the row is locked, judged, written once, and seen by who holds the objects."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select, text

from runtime_worlds import STRICT, TUBE
from tapdb_ctl.errors import InvalidInputError, NotFoundError
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tapdb_ctl import InstanceFactory, TAPDBConnection

HELD = {"volume": 1, "maker": {"name": "acme", "country": "CH"}}


def tubes(session: Session, factory: InstanceFactory, count: int = 1) -> list[str]:
    return factory.create_instances(session, TUBE, [{"name": f"T{i}"} for i in range(count)])


def held(session: Session, euid: str) -> generic_instance:
    return session.scalars(select(generic_instance).where(generic_instance.euid == euid)).one()


def audited(session: Session) -> list[tuple[Any, ...]]:
    query = "SELECT rel_table_euid_fk, column_name FROM audit_log WHERE operation_type = 'UPDATE' ORDER BY uuid"
    return list(map(tuple, session.execute(text(query))))


def test_changes_are_laid_over_what_is_there(each_db: TAPDBConnection, factory: InstanceFactory) -> None:
    with each_db.session_scope(commit=True) as session:
        a, b, c = tubes(session, factory, 3)
        changes = {
            c: {"name": "C", "bstatus": "full"},
            a: {"properties": {"maker": {"name": "other"}, "lot": None}, "json_addl": {"note": "x"}},
            b: {"properties": {"volume": 1}, "name": "T1"},
        }
        assert factory.update_many(session, changes) == [c, a]
        assert held(session, a).json_addl["properties"] == HELD | {
            "maker": {"name": "other", "country": "CH"},
            "lot": None,
        }
        assert held(session, a).json_addl["note"] == "x"
        assert (held(session, c).name, held(session, c).bstatus) == ("C", "full")
        assert sorted(audited(session)) == [(a, "json_addl"), (c, "bstatus"), (c, "name")]


def test_without_merging_they_replace_it(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session:
        a, b = tubes(session, factory, 2)
        factory.update_many(session, {a: {"properties": {"lot": 1}}, b: {"json_addl": {"x": 1}}}, merge=False)
        assert held(session, a).json_addl == {"properties": {"lot": 1}, "action_groups": {}, "audit_log": []}
        assert held(session, b).json_addl == {"x": 1}


def test_a_thousand_changes_take_a_few_statements(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        euids = tubes(session, factory, 1000)
    with db.session_scope(commit=True) as session:
        said: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
        changed = factory.update_many(session, {euid: {"properties": {"n": n}} for n, euid in enumerate(euids)})
        assert len(said) <= 7, said
        assert changed == euids
        assert held(session, euids[500]).json_addl["properties"]["n"] == 500


def test_objects_that_the_session_holds_are_read_again(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        (euid,) = tubes(session, factory)
        tube = held(session, euid)
        tube.bstatus = "unflushed"
        assert factory.update_instance(session, tube, {"properties": {"volume": 5}})
        said: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
        assert (tube.json_addl["properties"]["volume"], tube.bstatus) == (5, "unflushed")
        assert said == []
        assert not factory.update_instance(session, tube, {"properties": {"volume": 5}})


@pytest.mark.parametrize("hooked", [False, True])
def test_fractions_that_nobody_changes_stay_digit_by_digit(
    db: TAPDBConnection, factory: InstanceFactory, hooked: bool
) -> None:
    exact = "12345678901234567890.123456789012345678901234567890"
    seen: list[Any] = []
    if hooked:
        db.hooks.before_update(lambda _, tube: setattr(tube, "name", "by the hook"))
        db.hooks.after_update(lambda _, tube: seen.append((tube.name, tube.json_addl["properties"], tube.modified_dt)))
    with db.session_scope() as session:
        (euid,) = tubes(session, factory)
        session.execute(
            text(f'UPDATE generic_instance SET json_addl = json_addl || \'{{"exact": {exact}, "short": 1.50}}\'')
        )
        factory.update_many(session, {euid: {"properties": {"volume": 2.25}}})
        columns = ", ".join(f"json_addl #>> '{path}'" for path in ("{exact}", "{short}", "{properties,volume}"))
        query = f"SELECT {columns} FROM generic_instance"
        assert session.execute(text(query)).one() == (exact, "1.50", "2.25")
        assert sorted(audited(session)[1:]) == [(euid, "json_addl"), (euid, "name")][: 2 if hooked else 1]
        tube = held(session, euid)
        assert seen == ([("by the hook", tube.json_addl["properties"], tube.modified_dt)] if hooked else [])


def test_what_a_hook_changes_is_written(db: TAPDBConnection, factory: InstanceFactory) -> None:
    @db.hooks.before_update
    def stamp(_: Session, tube: generic_instance) -> None:
        tube.json_addl["properties"]["stamped"] = tube.name

    with db.session_scope(commit=True) as session:
        euids = tubes(session, factory, 3)
        changes = {euid: {"properties": {"volume": 0.25}} for euid in euids}
        assert factory.update_many(session, changes) == euids
        assert factory.update_many(session, changes) == []
    with db.session_scope() as session:
        assert [held(session, euid).json_addl["properties"]["stamped"] for euid in euids] == ["T0", "T1", "T2"]
        assert [held(session, euid).json_addl["properties"]["volume"] for euid in euids] == [0.25] * 3


def test_all_that_breaks_a_schema_is_told(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session:
        rows = [{"name": f"S{i}", "properties": {"barcode": f"BC{i}"}} for i in range(3)]
        a, b, c = factory.create_instances(session, STRICT, rows)
        changes = {a: {"properties": {"barcode": "X"}}, b: {"name": "new"}, c: {"properties": {"volume": -1}}}
        with pytest.raises(InvalidInputError) as caught:
            factory.update_many(session, changes)
        details = [finding.detail for finding in caught.value.findings]
        assert [detail.split(":")[0] for detail in details] == [a, c]
        assert held(session, b).name == "S1"


def test_what_is_no_change_is_told(db: TAPDBConnection, factory: InstanceFactory) -> None:
    wrong: list[Any] = [{"nam": 1}, {"name": ""}, {"name": 3}, {"bstatus": "\0"}, {"properties": []}, 7]
    with db.session_scope() as session:
        euids = tubes(session, factory, len(wrong))
        with pytest.raises(InvalidInputError) as caught:
            factory.update_many(session, dict(zip(euids, wrong, strict=True)))
        assert {finding.code for finding in caught.value.findings} == {"RUN068"}
        assert len(caught.value.findings) == len(wrong)
        tube = held(session, euids[0])
        with pytest.raises(InvalidInputError, match="RUN069"):
            factory.update_many(session, {tube: {"name": "a"}, tube.euid: {"name": "b"}})


def test_deleted_and_unknown_instances_are_not_there(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session:
        a, b = tubes(session, factory, 2)
        factory.soft_delete_many(session, [a])
        with pytest.raises(NotFoundError, match=f"{a} is deleted"):
            factory.update_many(session, {a: {"name": "x"}, b: {"name": "x"}})
        with pytest.raises(NotFoundError):
            factory.update_many(session, {"CX-Z8A": {"name": "x"}})
        assert held(session, b).name == "T1"


def test_changes_made_at_the_same_time_add_up(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        euids = tubes(session, factory, 5)

    def change(thread: int) -> None:
        for turn in range(5):
            order = euids if (thread + turn) % 2 else euids[::-1]
            with db.session_scope(commit=True) as session:
                session.execute(select(generic_instance)).all()
                factory.update_many(session, {euid: {"properties": {f"t{thread}.{turn}": 1}} for euid in order})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, range(8)))
    with db.session_scope() as session:
        assert {len(held(session, euid).json_addl["properties"]) for euid in euids} == {2 + 8 * 5}
