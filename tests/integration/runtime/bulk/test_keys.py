"""Idempotency keys: a repeated call gives the same instances, however many call at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from psycopg2.errors import InsufficientPrivilege, SerializationFailure
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from runtime_worlds import BOX, TUBE
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from tapdb_ctl import InstanceFactory, TAPDBConnection


def keyed(*keys: str | None) -> list[dict[str, Any]]:
    return [{"name": f"T{at}", "idempotency_key": key} for at, key in enumerate(keys)]


def count(db: TAPDBConnection) -> int:
    with db.session_scope() as session:
        return session.scalar(select(func.count()).select_from(generic_instance)) or 0


def test_a_repeated_call_gives_the_same_instances(each_db: TAPDBConnection, factory: InstanceFactory) -> None:
    with each_db.session_scope(commit=True) as session:
        first = factory.create_instances(session, TUBE, keyed("a", None, "b", "a"))
        assert first[0] == first[3]
        assert len(set(first)) == 3
    with each_db.session_scope(commit=True) as session:
        again = factory.create_instances(session, TUBE, keyed("b", "c", "a", None))
    assert [again[2], again[0]] == [first[0], first[2]]
    assert not {again[1], again[3]} & set(first)
    assert count(each_db) == 5


def test_a_key_is_its_templates_own(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        (tube,) = factory.create_instances(session, TUBE, keyed("a"))
        (box,) = factory.create_instances(session, BOX, keyed("a"))
        assert tube != box
        assert factory.create_instances(session, BOX, keyed("a")) == [box]
    assert count(db) == 1 + 4


def test_a_deleted_instance_keeps_its_key(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        made = factory.create_instances(session, TUBE, keyed("a"))
        factory.soft_delete_many(session, made)
        assert factory.create_instances(session, TUBE, keyed("a")) == made


def test_what_is_rolled_back_frees_its_keys(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session:
        factory.create_instances(session, TUBE, keyed("a"))
    with db.session_scope(commit=True) as session:
        factory.create_instances(session, TUBE, keyed("a"))
    assert count(db) == 1


def test_sixteen_threads_with_the_same_keys_make_one_set(db: TAPDBConnection, factory: InstanceFactory) -> None:
    threads = 16
    together = Barrier(threads)
    keys = [f"k{number}" for number in range(1_000)]

    def create(turn: int) -> dict[str, str]:
        mine = keys if turn % 2 else keys[::-1]
        with db.session_scope(commit=True) as session:
            together.wait(30)
            return dict(zip(mine, factory.create_instances(session, TUBE, keyed(*mine)), strict=True))

    with ThreadPoolExecutor(threads) as pool:
        made = list(pool.map(create, range(threads)))
    assert len(set(made[0].values())) == len(keys)
    assert all(one == made[0] for one in made)
    assert count(db) == len(keys)


def test_an_older_snapshot_fails_to_serialize(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        session.execute(select(generic_instance)).all()
        with db.session_scope(commit=True) as other:
            factory.create_instances(other, TUBE, keyed("a"))
        with pytest.raises(DBAPIError) as caught:
            factory.create_instances(session, TUBE, keyed("a"))
    assert isinstance(caught.value.orig, SerializationFailure)


@pytest.mark.parametrize("change", ["instance_uuid = 7", "key = 'b'"])
def test_a_key_stays_with_its_instance(db: TAPDBConnection, factory: InstanceFactory, change: str) -> None:
    with db.session_scope() as session:
        factory.create_instances(session, TUBE, keyed("a"))
        with pytest.raises(DBAPIError) as caught:
            session.execute(text(f"UPDATE tapdb_idempotency_key SET {change}"))
    assert isinstance(caught.value.orig, InsufficientPrivilege)
