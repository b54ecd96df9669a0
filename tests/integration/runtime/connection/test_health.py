"""Health: what a server tells of itself, and that silence is an answer."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from sqlalchemy import select

from runtime_worlds import connected
from tapdb_ctl.runtime.connections.connection import TAPDBConnection
from tapdb_ctl.runtime.connections.health import PoolState

if TYPE_CHECKING:
    from collections.abc import Callable

    from pg_servers import Server
    from replicated import Pair


def test_a_healthy_server(each_db: TAPDBConnection) -> None:
    health = each_db.health_check()
    assert health.healthy
    assert health.error is None
    assert health.latency_ms is not None
    assert health.latency_ms > 0
    assert health.server_version is not None
    assert health.server_version[:2] in {"15", "16", "18"}
    assert (health.role, health.login) == ("primary", "postgres")
    assert health.schema_version == 1
    assert health.schema_current is True
    assert health.replication_lag is None
    assert health.reader is None


def test_a_schema_that_is_not_ours_is_told(db: TAPDBConnection) -> None:
    db.run(lambda session: session.connection().exec_driver_sql("UPDATE tapdb_meta SET schema_digest = 'other'"))
    health = db.health_check()
    assert (health.healthy, health.schema_digest, health.schema_current) == (True, "other", False)


def test_a_database_without_our_tables_is_not_healthy(
    db: TAPDBConnection, pg16: Server, fresh_database: Callable[..., str]
) -> None:
    name = fresh_database(pg16)
    with connected(pg16, name) as empty:
        health = empty.health_check()
    assert (health.healthy, health.role, health.schema_version) == (False, "primary", None)
    assert "RUN055: TAPDB's tables are not there" in (health.error or "")
    assert f"no generic_instance on the role's search_path of the database {name}" in (health.error or "")
    assert "tapdb apply" in (health.error or "")
    with connected(pg16, str(db.engine.url.database), schema="elsewhere") as astray:
        health = astray.health_check()
    assert (health.healthy, "in the schema elsewhere" in (health.error or "")) == (False, True)


def test_the_pool_is_counted(pg16: Server) -> None:
    with connected(pg16, "postgres", pool_size=1, max_overflow=2) as db:
        sessions = [db.get_session(), db.get_session()]
        for session in sessions:
            session.execute(select(1))
        assert db.health_check().pool == PoolState(size=1, checked_out=2, overflow=1)
        for session in sessions:
            session.close()
        assert db.health_check().pool.checked_out == 0


def test_a_server_that_does_not_answer_is_a_result() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    health = TAPDBConnection(f"postgresql://me:geheim@127.0.0.1:{port}/d").health_check()
    assert not health.healthy
    assert "Connection refused" in (health.error or "")
    assert "geheim" not in repr(health)


def test_a_wrong_password_is_told_without_it(pg16: Server) -> None:
    url = f"postgresql://{pg16.user}:geheim@{pg16.host}:{pg16.port}/postgres"
    health = TAPDBConnection(url).health_check()
    assert "password authentication failed" in (health.error or "")
    assert "geheim" not in repr(health)


def test_a_replica_tells_of_itself(pair: Pair) -> None:
    with pair.connected() as db:
        reader = db.health_check().reader
        assert reader is not None
        assert (reader.role, reader.replication_lag, reader.schema_current) == ("standby", 0, True)


def test_a_replica_tells_how_far_it_is_behind(pair: Pair) -> None:
    with pair.connected() as db, pair.paused():
        db.run(lambda session: session.connection().exec_driver_sql("CREATE TABLE behind (n int)"))
        while not (lag := db.health_check().reader.replication_lag):  # type: ignore[union-attr]
            pass  # the standby has not received it yet
        assert lag > 0
