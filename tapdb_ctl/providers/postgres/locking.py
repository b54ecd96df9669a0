"""Locks of an apply: one apply at a time, and how long to wait for whatever others hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from tapdb_ctl.errors import DatabaseError, LockTimeoutError
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from collections.abc import Collection

    from tapdb_ctl.providers.postgres.session import Session

_ASKING = 0.1
"""Seconds between two questions whether the other apply is over."""


def exclude_other_applies(session: Session, *, keep: bool = False) -> None:
    """Take the schema's advisory lock, held to the transaction's end, so that poolers cannot leak it.

    It is asked for again and again: a statement that waits has a snapshot, and the CREATE INDEX CONCURRENTLY of the
    apply that it waits for would wait for the end of that. `keep` holds it to the session's end, for statements that
    follow; those cannot pass a pooler anyway.

    Raises LockTimeoutError, naming the holder, after `lock_wait` seconds.
    """
    key = {"key": session.settings.lock_key}
    _watch_client(session)
    asking = Retrying(
        retry=retry_if_result(lambda taken: not taken),
        stop=stop_after_delay(session.settings.lock_wait),
        wait=wait_fixed(_ASKING),
        retry_error_callback=lambda _: False,
    )
    if not asking(lambda: session.rows("SELECT pg_try_advisory_xact_lock(%(key)s)", key)[0][0]):
        raise LockTimeoutError.of("PG031", "another apply is in progress", *holders(session))
    if keep:
        session.rows("SELECT pg_advisory_lock(%(key)s)", key)


_LIMITS = """
    SELECT set_config('lock_timeout', %(lock)s, %(local)s), set_config('statement_timeout', '0', %(local)s)
"""


def limit(session: Session, seconds: float, *, local: bool = True) -> None:
    """Let waiting for a lock end after so long; the statement's own limit does not count while it waits.

    Inside a transaction the statement is a lock; outside of one it is what takes as long as it takes. Both limits are
    set back when the transaction, or the session, is next pinned, which reading under the locks does.
    """
    session.rows(_LIMITS, {"lock": _setting(seconds), "local": local})
    session.allow(max(seconds, 0) if local else None)


def hurry(session: Session) -> None:
    """Wait for no row longer than for a table, while others wait for the tables that we hold."""
    session.rows("SELECT set_config('lock_timeout', %(lock)s, true)", {"lock": _setting(session.settings.lock_timeout)})


def _setting(seconds: float) -> str:
    """At least a millisecond: 0 would mean without limit."""
    return f"{max(1, round(seconds * 1000))}ms"


def _watch_client(session: Session) -> None:
    """Let the server notice within seconds that tapdb was killed, even inside a long statement.

    Some platforms cannot, and say so by refusing the setting; then the lock ends with the statement.
    https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-CLIENT-CONNECTION-CHECK-INTERVAL
    """
    try:
        with session.savepoint():
            session.rows("SELECT set_config('client_connection_check_interval', '2s', true)")
    except DatabaseError as error:
        if error.sqlstate != "22023":
            raise


def holders(session: Session, tables: Collection[str] = (), left: str = "nothing was written") -> tuple[str, str]:
    """Who keeps us waiting, with what is `left` behind, and what to do about it."""
    wanted = {"key": session.settings.lock_key, "schema": session.settings.schema, "tables": [*tables]}
    rows = session.rows(query("lock_holders"), wanted)
    hidden = "a time that this role may not see"
    who = "; ".join(f"{name} (pid {pid}) since {since or hidden}" for name, pid, since in rows)
    return (
        f"held by {who}; {left}" if who else f"the holder has just let go; {left}",
        "wait for it, or raise --lock-timeout; `tapdb psql ENV -c 'select pg_terminate_backend(PID)'` ends it",
    )
