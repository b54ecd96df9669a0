"""Locks of an apply: one apply at a time, and templates that stand still while it looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from tapdb_ctl.core.step import identifier
from tapdb_ctl.errors import DatabaseError, LockTimeoutError
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from tapdb_ctl.core.step import Step
    from tapdb_ctl.providers.postgres.session import Session

_LOCK_NOT_AVAILABLE = "55P03"


def exclude_other_applies(session: Session) -> None:
    """Take the schema's advisory lock, held to the transaction's end, so that poolers cannot leak it.

    Raises LockTimeoutError, naming the holder, after `lock_wait` seconds.
    """
    _watch_client(session)
    try:
        with session.savepoint():
            limit(session, session.settings.lock_wait)
            session.rows("SELECT pg_advisory_xact_lock(%(key)s)", {"key": session.settings.lock_key})
    except DatabaseError as error:
        if not _busy(error):
            raise
        raise LockTimeoutError.of("PG031", "another apply is in progress", *_holders(session)) from error


def hold_tables(session: Session, steps: Iterable[Step]) -> None:
    """Keep writers of templates out until the end, and take now the strongest lock that each table will need.

    All of them or none, sequences first, then tables by name, in attempts of `lock_timeout` each: what waits behind
    us waits no longer than that, and since it is shorter than deadlock_timeout, we give way before the server looks
    for somebody to sacrifice. Instances go on being created, unless their own table is repaired: SHARE ROW EXCLUSIVE
    on the templates does not conflict with the ROW SHARE that an instance's foreign key takes.
    https://www.postgresql.org/docs/current/explicit-locking.html.
    """
    wanted = _strongest([("generic_template", "SHARE ROW EXCLUSIVE"), *_asked(steps)])
    names = {"schema": session.settings.schema, "names": [*wanted]}
    kinds = sorted(session.rows(query("relation_kinds"), names), key=lambda row: (row[1] != _SEQUENCE, row[0]))
    statements = [_locking(name, kind, wanted[name]) for name, kind in kinds]

    def attempt() -> None:
        with session.savepoint():
            limit(session, session.settings.lock_timeout)
            for statement in statements:
                session.run(statement)

    patiently(session, attempt, wanted)


def patiently(session: Session, attempt: Callable[[], None], tables: Collection[str]) -> None:
    """Repeat `attempt`, which limits how long it waits for locks, until it gets them or `lock_wait` is over.

    Raises LockTimeoutError, naming who holds them.
    """
    attempts = Retrying(
        retry=retry_if_exception(_busy),
        stop=stop_after_delay(session.settings.lock_wait),
        wait=wait_random_exponential(multiplier=0.05, max=1),
        reraise=True,
    )
    try:
        attempts(attempt)
    except DatabaseError as error:
        if not _busy(error):
            raise
        raise LockTimeoutError.of("PG032", "other sessions use the tables", *_holders(session, tables)) from error


_STRENGTH = ("SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "ACCESS EXCLUSIVE")
_SEQUENCE = "S"


def _asked(steps: Iterable[Step]) -> Iterator[tuple[str, str]]:
    return ((table, step.lock) for step in steps if step.lock for table in step.tables)


def _strongest(wanted: Iterable[tuple[str, str]]) -> dict[str, str]:
    locks: dict[str, str] = {}
    for table, mode in wanted:
        locks[table] = max(mode, locks.get(table, mode), key=_STRENGTH.index)
    return locks


def _locking(name: str, kind: str, mode: str) -> str:
    """LOCK TABLE takes no sequences; an ALTER that changes nothing locks one, SHARE ROW EXCLUSIVE."""
    if kind == _SEQUENCE:
        return f"ALTER SEQUENCE {identifier(name)} OWNED BY NONE"
    return f"LOCK TABLE {identifier(name)} IN {mode} MODE"


_LIMITS = """
    SELECT set_config('lock_timeout', %(lock)s, %(local)s), set_config('statement_timeout', '0', %(local)s)
"""


def limit(session: Session, seconds: float, *, local: bool = True) -> None:
    """Let waiting for a lock end after so long; the statement's own limit does not count while it waits.

    Both are set back when the transaction, or the session, is next pinned, which reading under the locks does.
    """
    session.rows(_LIMITS, {"lock": _setting(seconds), "local": local})


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


def _holders(session: Session, tables: Collection[str] = ()) -> tuple[str, str]:
    """Who keeps us waiting, and what to do about it."""
    wanted = {"key": session.settings.lock_key, "schema": session.settings.schema, "tables": [*tables]}
    rows = session.rows(query("lock_holders"), wanted)
    hidden = "a time that this role may not see"
    who = "; ".join(f"{name} (pid {pid}) since {since or hidden}" for name, pid, since in rows)
    return (
        f"held by {who}; nothing was written" if who else "the holder has just let go; nothing was written",
        "wait for it, or raise --lock-timeout; `tapdb psql ENV -c 'select pg_terminate_backend(PID)'` ends it",
    )
