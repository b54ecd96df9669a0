"""Reads go to the replica until the session writes; then it reads what it wrote."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, literal_column, select, text, union, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import InternalError

from runtime_worlds import TUBE, connected
from tapdb_ctl.runtime.connections.replicas import reads
from tapdb_ctl.runtime.models import generic_instance, generic_template
from tapdb_ctl.runtime.session import writing

if TYPE_CHECKING:
    from sqlalchemy import ClauseElement
    from sqlalchemy.orm import Session

    from replicated import Pair
    from tapdb_ctl.runtime.factory import InstanceFactory

RENAMED = update(generic_instance).values(name="new").returning(generic_instance.uuid).cte()
LOCKED = select(generic_instance.uuid).with_for_update()


def on_standby(session: Session) -> bool:
    return bool(session.scalar(select(func.pg_is_in_recovery())))


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(generic_instance)) or 0


def test_a_scope_reads_from_the_replica_until_it_writes(pair: Pair, factory: InstanceFactory) -> None:
    with pair.connected() as db, pair.paused(), db.session_scope() as session:
        assert on_standby(session)
        assert count(session) == 0
        factory.create_instance(session, TUBE, "T")
        assert not on_standby(session)
        assert count(session) == 1
        session.commit()
        assert count(session) == 1  # which the replica does not know yet


def test_an_object_from_the_replica_can_be_changed(pair: Pair, factory: InstanceFactory) -> None:
    with pair.connected() as db:
        db.run(factory.create_instance, TUBE, "T")
        pair.catch_up()
        with pair.paused(), db.session_scope() as session:
            tube = session.scalars(select(generic_instance)).one()
            assert on_standby(session)
            tube.name = "renamed"
            assert session.scalars(select(generic_instance.name)).one() == "renamed"
            assert not on_standby(session)


def test_who_commits_works_on_the_primary_alone(pair: Pair) -> None:
    with pair.connected() as db:
        with db.session_scope(commit=True) as session:
            assert not on_standby(session)
        with db.session_scope(reader=False) as session:
            assert not on_standby(session)
        with db.get_session() as session:
            assert not on_standby(session)
        assert not db.run(on_standby)


def test_reading_may_be_asked_for(pair: Pair) -> None:
    with pair.connected() as db:
        with db.get_session(reader=True, isolation_level="REPEATABLE READ") as session:
            assert on_standby(session)
            assert session.scalar(text("SHOW transaction_isolation")) == "repeatable read"
        with db.session_scope(commit=True, reader=True) as session:
            assert on_standby(session)
        assert db.run(on_standby, commit=False)


def test_text_that_writes_goes_to_the_primary(pair: Pair) -> None:
    with pair.connected() as db:
        with db.session_scope() as session:
            session.execute(text("CREATE TEMPORARY TABLE t (n int)"))
            assert not on_standby(session)
        with db.session_scope() as session:
            writing(session)
            assert session.scalar(text("SELECT pg_notify('a', 'b') IS NULL")) is False
            assert not on_standby(session)
        with db.session_scope() as session:
            assert session.connection().scalar(text("SELECT NOT pg_is_in_recovery()"))


def test_a_replica_s_sessions_have_their_schema_too(pair: Pair) -> None:
    with pair.connected(schema="elsewhere") as db, db.session_scope() as session:
        assert session.scalar(text("SHOW search_path")) == '"elsewhere", pg_temp'
        assert on_standby(session)


def test_a_replica_that_is_away_is_not_missed(pair: Pair, factory: InstanceFactory) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nobody = listener.getsockname()[1]
    with pair.connected(reader=f"postgresql://127.0.0.1:{nobody}") as db, db.session_scope() as session:
        assert not on_standby(session)
        factory.create_instance(session, TUBE, "T")
        assert count(session) == 1


def test_of_several_hosts_the_primary_is_found_and_a_standby_to_read_from(pair: Pair) -> None:
    hosts = ",".join(f"{server.host}:{server.port}" for server in (pair.standby, pair.primary))
    url = f"postgresql://{pair.primary.user}:{pair.primary.password}@{hosts}/{pair.database}"
    with pair.connected(db_url=url, reader=None) as db, db.session_scope() as session:
        assert not on_standby(session)
    with pair.connected(db_url=url, reader="standby") as db, db.session_scope() as session:
        assert on_standby(session)
        writing(session)
        assert not on_standby(session)


def test_a_standby_takes_no_write(pair: Pair) -> None:
    """Which is what keeps the tests above honest."""
    server = replace(pair.primary, port=pair.standby.port)
    with connected(server, pair.database) as db, pytest.raises(InternalError, match="read-only transaction"):
        db.get_session().execute(text("CREATE TABLE t (n int)"))


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        (select(1), True),
        (union(select(1), select(2)), True),
        (text("-- of the library\n/* and\nanother */ SELECT is_deleted FROM t"), True),
        (text("WITH a AS (SELECT 1) SELECT * FROM a"), True),
        (text("SELECT 1").columns(generic_template.uuid), True),
        (select(generic_instance).from_statement(text("SELECT * FROM generic_instance")), True),
        (select(1).with_for_update(), False),
        (select(generic_instance).from_statement(insert(generic_instance).returning(generic_instance)), False),
        (delete(generic_instance), False),
        (text("WITH a AS (DELETE FROM t RETURNING 1) SELECT * FROM a"), False),
        (text("SELECT * FROM t FOR SHARE"), False),
        (text("SELECT pg_advisory_xact_lock(1)"), False),
        (text("SELECT nextval('s')"), False),
        (text("SET ROLE other"), False),
        (select(1).where(select(generic_instance).exists()), True),
        (select(func.count(text("updated"))), True),
        (select(RENAMED), False),
        (select(1).add_cte(RENAMED), False),
        (select(LOCKED.subquery()), False),
        (select(generic_instance).where(generic_instance.uuid.in_(LOCKED)), False),
        (union(select(generic_instance.uuid), select(LOCKED.cte())), False),
        (select(text("DELETE FROM t RETURNING n").columns(generic_template.uuid).cte()), False),
        (select(text("nextval('s')")), False),
        (select(literal_column("nextval('s')")), False),
        (select(func.pg_advisory_xact_lock(1)), False),
        (None, False),
    ],
)
def test_only_what_surely_reads_counts_as_reading(clause: ClauseElement | None, expected: bool) -> None:
    assert reads(clause) is expected
