"""Locks of an apply: one apply at a time, and templates that stand still while it looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from tapdb_ctl.errors import DatabaseError, LockTimeoutError
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from tapdb_ctl.providers.postgres.session import Session

_LOCK_NOT_AVAILABLE = "55P03"


def exclude_other_applies(session: Session) -> None:
    """Take the schema's advisory lock, held to the transaction's end, so that poolers cannot leak it.

    Raises LockTimeoutError, naming the holder, after `lock_wait` seconds.
    """
    _watch_client(session)
    try:
        with session.savepoint():
            _limit(session, session.settings.lock_wait)
            session.rows("SELECT pg_advisory_xact_lock(%(key)s)", {"key": session.settings.lock_key})
    except DatabaseError as error:
        if not _busy(error):
            raise
        raise LockTimeoutError.of("PG031", "another apply is in progress", *_holders(session)) from error


def hold_templates(session: Session) -> None:
    """Keep writers of templates out until the end; instances go on being created.

    Each attempt makes others queue for `lock_timeout` at most. SHARE ROW EXCLUSIVE conflicts with every
    writer of the table and not with the ROW SHARE that an instance's foreign key takes:
    https://www.postgresql.org/docs/current/explicit-locking.html.
    """
    attempts = Retrying(
        retry=retry_if_exception(_busy),
        stop=stop_after_delay(session.settings.lock_wait),
        wait=wait_random_exponential(multiplier=0.05, max=1),
        reraise=True,
    )
    try:
        for attempt in attempts:
            with attempt, session.savepoint():
                _limit(session, session.settings.lock_timeout)
                session.run("LOCK TABLE generic_template IN SHARE ROW EXCLUSIVE MODE")
    except DatabaseError as error:
        if not _busy(error):
            raise
        raise LockTimeoutError.of("PG032", "other sessions are writing templates", *_holders(session)) from error


_LIMITS = "SELECT set_config('lock_timeout', %(lock)s, true), set_config('statement_timeout', %(statement)s, true)"


def _limit(session: Session, seconds: float) -> None:
    """Let waiting for a lock end after so long; the statement's own limit does not count while it waits.

    Both are set back when the transaction is next pinned, which reading under the locks does.
    """
    session.rows(_LIMITS, {"lock": _setting(seconds), "statement": "0"})


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


def _busy(error: BaseException) -> bool:
    return isinstance(error, DatabaseError) and error.sqlstate == _LOCK_NOT_AVAILABLE


def _holders(session: Session) -> tuple[str, str]:
    """Who keeps us waiting, and what to do about it."""
    rows = session.rows(query("lock_holders"), {"key": session.settings.lock_key})
    hidden = "a time that this role may not see"
    who = "; ".join(f"{name} (pid {pid}) since {since or hidden}" for name, pid, since in rows)
    return (
        f"held by {who}; nothing was written" if who else "the holder has just let go; nothing was written",
        "wait for it, or raise --lock-timeout; `tapdb psql ENV -c 'select pg_terminate_backend(PID)'` ends it",
    )
