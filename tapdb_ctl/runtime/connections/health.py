"""Asks a server how it is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tapdb_ctl.assets import asset, digest, texts
from tapdb_ctl.errors import DatabaseError, TapdbError
from tapdb_ctl.runtime.statements import statement

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from tapdb_ctl.runtime.session import Context


@dataclass(frozen=True, slots=True)
class PoolState:
    """Connections: how many are kept, in use, and open beyond those kept."""

    size: int
    checked_out: int
    overflow: int


@dataclass(frozen=True, slots=True)
class Health:
    """What a server answered; what it did not is None. `error` says why it is not healthy, and holds no secret.

    `latency_ms` is one round trip on an open connection. `schema_current` is whether the schema is the one that this
    library ships; an older one may do, so it takes nothing from `healthy`. `replication_lag` is in seconds, on standbys
    that tell. `reader` is the replica's own, where there is one.
    """

    healthy: bool
    pool: PoolState
    latency_ms: float | None = None
    server_version: str | None = None
    role: Literal["primary", "standby"] | None = None
    login: str | None = None
    schema_version: int | None = None
    schema_digest: str | None = None
    schema_current: bool | None = None
    replication_lag: float | None = None
    reader: Health | None = None
    error: str | None = None


def examined(engine: Engine, context: Context, reader: Health | None = None) -> Health:
    """How the server is; a server that does not answer is a result and no exception."""
    pool = _pool(engine)
    try:
        with engine.connect() as connection:
            return Health(pool=pool, reader=reader, **_answers(connection, context))
    except (SQLAlchemyError, TapdbError) as error:
        return Health(healthy=False, pool=pool, reader=reader, error=_reason(error))


def _pool(engine: Engine) -> PoolState:
    pool: Any = engine.pool  # its common class has no figures
    return PoolState(pool.size(), pool.checkedout(), max(0, pool.overflow()))


def _answers(connection: Connection, context: Context) -> dict[str, Any]:
    context.introduce(connection)
    start = time.perf_counter()
    told = connection.execute(statement("health")).one()
    latency = (time.perf_counter() - start) * 1000
    answers = {"latency_ms": latency, "server_version": told.server_version, "role": told.role, "login": told.login}
    answers["replication_lag"] = _lag(connection) if told.role == "standby" else None
    answers["error"] = None if told.usable else str(_empty(told.database, context.schema))
    answers["healthy"] = told.usable
    return answers | (_schema(connection) if told.managed else {})


def _empty(database: str, schema: str | None) -> DatabaseError:
    place = "on the role's search_path" if schema is None else f"in the schema {schema}"
    return DatabaseError.of(
        "RUN055",
        "TAPDB's tables are not there",
        f"there is no generic_instance {place} of the database {database}",
        "tapdb apply makes them; where they are in another schema, name it by schema=",
    )


def _schema(connection: Connection) -> dict[str, Any]:
    recorded = connection.execute(statement("schema_recorded")).one_or_none()
    if recorded is None:
        return {}
    current = recorded.schema_digest == _shipped()
    return {
        "schema_version": recorded.schema_version,
        "schema_digest": recorded.schema_digest,
        "schema_current": current,
    }


def _lag(connection: Connection) -> float | None:
    """None where the server's replication is of another kind, as Aurora's is."""
    try:
        with connection.begin_nested():
            seconds: float | None = connection.scalar(statement("replication_lag"))
            return seconds
    except DBAPIError:
        return None


@cache
def _shipped() -> str:
    return digest(texts(asset("schema"), "*.sql"))


def _reason(error: Exception) -> str:
    """The first line: what follows quotes statements."""
    message = str(error.orig if isinstance(error, DBAPIError) else error)
    return message.strip().partition("\n")[0] or type(error).__name__
