"""Work is done again as a whole, or not at all; real deadlocks, conflicts and lost lines."""

from __future__ import annotations

import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TYPE_CHECKING, Self

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from proxy import Cut, Proxy
from runtime_worlds import TUBE, connected
from tapdb_ctl.errors import InDoubtError, InvalidInputError
from tapdb_ctl.runtime.connections.connection import TAPDBConnection
from tapdb_ctl.runtime.connections.retrying import RetryPolicy
from tapdb_ctl.runtime.connections.transient import SQLSTATES
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from pg_servers import Server
    from tapdb_ctl.runtime.factory import InstanceFactory

MANY = RetryPolicy(attempts=20, first=0.01, longest=0.2)


def names(db: TAPDBConnection) -> list[str]:
    with db.session_scope() as session:
        return list(session.scalars(select(generic_instance.name).order_by(generic_instance.uuid)))


@pytest.fixture
def two(db: TAPDBConnection, factory: InstanceFactory) -> list[int]:
    """The uuids of two tubes."""

    def make(session: Session) -> list[int]:
        return [factory.create_instance(session, TUBE, name).uuid for name in ("a", "b")]

    return db.run(make)


def test_what_deadlocks_is_done_again_by_whom_the_server_chose(db: TAPDBConnection, two: list[int]) -> None:
    crossing, attempts = Barrier(2), Counter[int]()

    def rename(session: Session, order: int) -> None:
        attempts[order] += 1
        for step, uuid in enumerate(two[::order]):
            row = update(generic_instance).where(generic_instance.uuid == uuid)
            session.execute(row.values(name=generic_instance.name + "x"))
            if step == 0 and attempts[order] == 1:
                crossing.wait()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda order: db.run(rename, order, retry=MANY), (1, -1)))
    assert sorted(attempts.values()) == [1, 2]
    assert sorted(names(db)) == ["axx", "bxx"]


def test_serializable_transactions_that_conflict_follow_one_another(
    db: TAPDBConnection, factory: InstanceFactory
) -> None:
    crossing, attempts = Barrier(2), Counter[int]()

    def add(session: Session, who: int) -> None:
        attempts[who] += 1
        seen = len(session.scalars(select(generic_instance.uuid)).all())
        if attempts[who] == 1:
            crossing.wait()
        factory.create_instance(session, TUBE, str(seen))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda who: db.run(add, who, retry=MANY, isolation_level="SERIALIZABLE"), (1, 2)))
    assert attempts.total() > 2
    assert sorted(names(db)) == ["0", "1"]


@pytest.mark.parametrize("prefix", ["postgresql://", "postgresql+psycopg://"])
def test_a_connection_that_is_ended_half_way_leaves_no_half(
    pg16: Server, runtime_database: Callable[[Server], str], factory: InstanceFactory, prefix: str
) -> None:
    pids: list[int] = []

    def work(session: Session) -> str:
        made = factory.create_instance(session, TUBE, f"attempt {len(pids)}")
        pids.append(session.scalar(text("SELECT pg_backend_pid()")) or 0)
        if len(pids) == 1:
            pg16.run(f"SELECT pg_terminate_backend({pids[0]})")
        return factory.create_instance(session, TUBE, made.name + " too").name

    with connected(pg16, runtime_database(pg16), db_url_prefix=prefix) as db:
        assert db.run(work) == "attempt 1 too"
        assert names(db) == ["attempt 1", "attempt 1 too"]
        assert len(set(pids)) == 2


def test_any_other_error_comes_at_once(db: TAPDBConnection) -> None:
    attempts: list[int] = []

    def work(session: Session) -> None:
        attempts.append(1)
        session.execute(text("INSERT INTO generic_instance (name) VALUES (NULL)"))

    with pytest.raises(IntegrityError):
        db.run(work)
    assert attempts == [1]


@pytest.mark.parametrize(("state", "states", "expected"), [
    ("40001", SQLSTATES, 3),
    ("40P01", SQLSTATES, 3),
    ("55P03", SQLSTATES, 1),
    ("55P03", SQLSTATES | {"55P03"}, 3),
    ("22012", SQLSTATES, 1),
])  # fmt: skip
def test_after_the_last_attempt_the_error_is_raised_as_it_was(
    db: TAPDBConnection, state: str, states: frozenset[str], expected: int
) -> None:
    attempts: list[int] = []

    def work(session: Session) -> None:
        attempts.append(1)
        session.execute(text(f"DO $$ BEGIN RAISE 'no' USING ERRCODE = '{state}'; END $$"))

    with pytest.raises(DBAPIError) as caught:
        db.run(work, retry=RetryPolicy(attempts=3, first=0.001, sqlstates=states))
    assert caught.value.orig.pgcode == state  # type: ignore[union-attr]
    assert len(attempts) == expected


def test_connecting_is_tried_again_unless_the_server_refuses(pg16: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nobody = listener.getsockname()[1]
    for port, expected in ((pg16.port, 1), (nobody, 3)):
        attempts: list[object] = []
        with TAPDBConnection(f"postgresql://{pg16.user}:wrong@{pg16.host}:{port}/postgres") as db:
            event.listen(db.engine, "do_connect", lambda *at, seen=attempts: seen.append(at))
            with pytest.raises(OperationalError):
                db.run(lambda session: session.execute(select(1)), retry=RetryPolicy(attempts=3, first=0.001))
        assert len(attempts) == expected


def test_what_may_be_done_again_must_not_commit_but_may_use_savepoints(
    db: TAPDBConnection, factory: InstanceFactory
) -> None:
    def in_parts(session: Session) -> None:
        with session.begin_nested():
            factory.create_instance(session, TUBE, "kept")

    def by_itself(session: Session) -> None:
        factory.create_instance(session, TUBE, "lost")
        session.commit()

    db.run(in_parts)
    with pytest.raises(InvalidInputError, match="RUN047"):
        db.run(by_itself)
    assert names(db) == ["kept"]


def test_what_is_returned_can_still_be_read(db: TAPDBConnection, factory: InstanceFactory) -> None:
    tube = db.run(lambda session: factory.create_instance(session, TUBE, "T"))
    assert (tube.name, tube.euid[:3]) == ("T", "CX-")


def test_without_commit_nothing_is_kept(db: TAPDBConnection, factory: InstanceFactory) -> None:
    assert db.run(factory.create_instance, TUBE, "T", commit=False).name == "T"
    assert names(db) == []


@pytest.fixture
def lossy(pg16: Server, runtime_database: Callable[[Server], str]) -> Iterator[Lossy]:
    with Lossy(pg16, runtime_database(pg16)) as made:
        yield made


class Lossy:
    """A database behind a proxy that loses the first COMMIT after `lose` was set."""

    def __init__(self, server: Server, database: str) -> None:
        self._server = server
        self._database = database
        self.lose: Callable[[], None] | None = None
        self.gone = False
        self.proxy = Proxy(server.port, self._hook)

    def __enter__(self) -> Self:
        self.proxy.__enter__()
        self.db = connected(replace(self._server, port=self.proxy.port), self._database)
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()
        self.proxy.__exit__()

    def _hook(self, message: bytes) -> None:
        if self.gone:
            raise OSError
        if message[5:] == b"COMMIT\0" and (lose := self.lose):
            self.lose = None
            lose()


def test_a_commit_whose_reply_was_lost_is_not_done_again(lossy: Lossy, factory: InstanceFactory) -> None:
    attempts: list[int] = []

    def work(session: Session) -> str:
        attempts.append(1)
        return factory.create_instance(session, TUBE, "T").name

    def cut() -> None:
        raise Cut

    lossy.lose = cut
    assert lossy.db.run(work) == "T"
    assert attempts == [1]
    assert names(lossy.db) == ["T"]


def test_a_commit_that_never_arrived_is_done_again(lossy: Lossy, factory: InstanceFactory) -> None:
    def never() -> None:
        raise OSError

    lossy.lose = never
    lossy.db.run(factory.create_instance, TUBE, "T")
    assert lossy.lose is None
    assert names(lossy.db) == ["T"]


def test_a_server_that_cannot_be_asked_leaves_a_doubt(lossy: Lossy, factory: InstanceFactory) -> None:
    def cut_for_good() -> None:
        lossy.gone = True
        raise Cut

    lossy.lose = cut_for_good
    with pytest.raises(InDoubtError, match=r"RUN048.*transaction \d+ is unknown") as caught:
        lossy.db.run(factory.create_instance, TUBE, "T", retry=RetryPolicy(within=0.3))
    assert "pg_xact_status" in caught.value.findings[0].hint


def test_a_lost_commit_of_work_that_only_read_is_of_no_account(lossy: Lossy) -> None:
    def cut() -> None:
        raise Cut

    lossy.lose = cut
    assert lossy.db.run(lambda session: session.scalar(select(1))) == 1
    assert lossy.lose is None
