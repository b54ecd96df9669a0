"""soft_delete_many and restore: with their edges, and seen by who holds the objects."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from runtime_worlds import PLATE, TUBE
from tapdb_ctl.errors import NotFoundError
from tapdb_ctl.runtime.models import generic_instance, generic_instance_lineage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tapdb_ctl import InstanceFactory, TAPDBConnection


def chain(session: Session, factory: InstanceFactory, count: int) -> list[str]:
    euids = factory.create_instances(session, TUBE, [{"name": f"T{i}"} for i in range(count)])
    factory.link_many(session, zip(euids, euids[1:], strict=False))  # noqa: RUF007 - as an application would
    return euids


def live_edges(session: Session) -> list[str]:
    edge = generic_instance_lineage
    return list(session.scalars(select(edge.name).where(edge.is_deleted.is_(False)).order_by(edge.uuid)))


def test_edges_go_along_and_come_back(each_db: TAPDBConnection, factory: InstanceFactory) -> None:
    with each_db.session_scope(commit=True) as session:
        a, b, c, d = chain(session, factory, 4)
        before = live_edges(session)
        assert factory.soft_delete_many(session, [c, b]) == [c, b]
        assert live_edges(session) == []
        assert factory.soft_delete_many(session, iter([b, d])) == [d]
        assert factory.restore(session, [a, c]) == [c]
        assert live_edges(session) == []
        assert factory.restore(session, [d, b, c]) == [d, b]
        assert live_edges(session) == before


def test_objects_that_the_session_holds_are_read_again(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        a, b = chain(session, factory, 2)
        first = session.scalars(select(generic_instance).where(generic_instance.euid == a)).one()
        edge = session.scalars(select(generic_instance_lineage)).one()
        factory.soft_delete_many(session, [first])
        said: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
        assert (first.is_deleted, edge.is_deleted, said) == (True, True, [])
        factory.restore(session, [first.uuid, b])
        assert (first.is_deleted, edge.is_deleted) == (False, False)


def test_hundreds_take_a_few_statements(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        euids = factory.create_instances(session, PLATE, [{"name": "P"}])
        euids += chain(session, factory, 500)
        said: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
        assert factory.soft_delete_many(session, euids) == euids
        assert len(said) <= 5, said
        said.clear()
        assert factory.restore(session, euids) == euids
        assert len(said) <= 5, said


def test_what_is_not_there_leaves_the_others_as_they_are(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session:
        a, b = chain(session, factory, 2)
        with pytest.raises(NotFoundError):
            factory.soft_delete_many(session, [a, "CX-Z8A"])
        assert len(live_edges(session)) == 1
        assert factory.soft_delete_many(session, []) == []
        assert factory.restore(session, [b]) == []


def test_a_cycle_is_not_restored(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session:
        a, b, c = chain(session, factory, 3)
        factory.soft_delete_many(session, [b])
        factory.link_many(session, [(c, a)])
        with pytest.raises(IntegrityError, match="would close a cycle"):
            factory.restore(session, [b])
        assert live_edges(session) == [f"{c}->{a}"]


def test_each_instance_is_deleted_once(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        euids = factory.create_instances(session, TUBE, [{"name": f"T{i}"} for i in range(1_000)])
    together = Barrier(8)

    def remove(turn: int) -> list[str]:
        with db.session_scope(commit=True) as session:
            together.wait(30)
            return factory.soft_delete_many(session, euids if turn % 2 else euids[::-1])

    with ThreadPoolExecutor(8) as pool:
        removed = [euid for part in pool.map(remove, range(8)) for euid in part]
    assert sorted(removed) == sorted(euids)
