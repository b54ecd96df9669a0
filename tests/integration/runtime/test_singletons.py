"""One live instance of a singleton template, whatever happens at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from runtime_worlds import CLIENT, TUBE
from tapdb_ctl.errors import OutdatedSnapshotError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tapdb_ctl import InstanceFactory, TAPDBConnection


def test_eight_who_ask_at_once_get_the_same(db: TAPDBConnection, factory: InstanceFactory) -> None:
    start = Barrier(8)

    def ask(number: int) -> str:
        start.wait()
        with db.session_scope(commit=True) as session:
            return factory.get_or_create_singleton_instance(session, CLIENT, f"asked by {number}").euid

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_also_where_the_losers_cannot_see_the_winner(db: TAPDBConnection, factory: InstanceFactory, level: str) -> None:
    start = Barrier(4)
    begun: set[int] = set()

    def ask(session: Session, number: int) -> str:
        session.connection()
        if number not in begun:
            begun.add(number)
            start.wait()
        return factory.get_or_create_singleton_instance(session, CLIENT, f"asked by {number}").euid

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda number: db.run(ask, number, isolation_level=level), range(4)))) == 1


def test_who_does_not_begin_anew_is_told_to(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(isolation_level="REPEATABLE READ") as late:
        before = factory.create_instance(late, TUBE, "before")
        with db.session_scope(commit=True) as early:
            factory.get_or_create_singleton_instance(early, CLIENT, "early")
        with pytest.raises(OutdatedSnapshotError, match=r"RUN056.*actor/client/only/1.0") as caught:
            factory.get_or_create_singleton_instance(late, CLIENT, "late")
        assert isinstance(caught.value.__cause__, IntegrityError)
        late.refresh(before)  # the transaction goes on


def test_the_transaction_of_a_loser_goes_on(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as late:
        before = factory.create_instance(late, TUBE, "before")
        with db.session_scope(commit=True) as early:
            euid = factory.get_or_create_singleton_instance(early, CLIENT, "early").euid
        assert factory.get_or_create_singleton_instance(late, CLIENT, "late").euid == euid
        assert before.name == "before"
        factory.link_instances(late, euid, before)


def test_a_deleted_one_is_followed_by_another(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        first = factory.get_or_create_singleton_instance(session, CLIENT, "first")
        assert factory.get_or_create_singleton_instance(session, CLIENT, "again") is first
        session.delete(first)
        session.flush()
        second = factory.get_or_create_singleton_instance(session, CLIENT, "second")
        assert second.euid != first.euid
        assert second.name == "second"


def test_other_templates_are_no_singletons(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session, pytest.raises(ValueError, match="RUN014"):
        factory.get_or_create_singleton_instance(session, TUBE, "T")
