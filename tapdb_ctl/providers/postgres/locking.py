"""Locks of an apply: one apply at a time, and templates that stand still while it looks at them."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from tenacity import (
    Retrying,
    retry_if_exception,
    retry_if_result,
    stop_after_delay,
    wait_fixed,
    wait_random_exponential,
)

from tapdb_ctl.core.step import identifier
from tapdb_ctl.errors import DatabaseError, LockTimeoutError
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from tapdb_ctl.core.step import Step
    from tapdb_ctl.providers.postgres.session import Session

GENTLE = "SHARE UPDATE EXCLUSIVE"
"""The strongest lock that lets everybody read and write."""

_ASKING = 0.1
"""Seconds between two questions whether the other apply is over."""

_LOCK_NOT_AVAILABLE = "55P03"


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
        raise LockTimeoutError.of("PG031", "another apply is in progress", *_holders(session))
    if keep:
        session.rows("SELECT pg_advisory_lock(%(key)s)", key)


def hold_tables(session: Session, steps: Iterable[Step]) -> None:
    """Keep writers of templates out until the end, and take now the strongest lock that each table will need.

    Instances go on being created, unless their own table is repaired: SHARE ROW EXCLUSIVE on the templates does not
    conflict with the ROW SHARE that an instance's foreign key takes.
    """
    hold(session, _strongest([("generic_template", "SHARE ROW EXCLUSIVE"), *_asked(steps)]))


def hold(session: Session, wanted: Mapping[str, str]) -> None:
    """Lock tables and sequences, each as `wanted` says, so that no application fails or waits for long.

    First a lock that readers and writers do not notice, waited for patiently: it keeps autovacuum out, which the server
    sends away only after deadlock_timeout. Then the others, all or none, in attempts of `lock_timeout`: what waits
    behind us waits no longer than that, and since it is shorter than deadlock_timeout, we give way before the server
    looks for somebody to sacrifice. https://www.postgresql.org/docs/current/explicit-locking.html.
    """
    names = {"schema": session.settings.schema, "names": [*wanted]}
    kinds = sorted(session.rows(query("relation_kinds"), names), key=_place)
    gentle = [_locking(name, kind, GENTLE) for name, kind in kinds if kind != _SEQUENCE]
    strong = [_locking(name, kind, wanted[name]) for name, kind in kinds]
    patiently(session, lambda: _take(session, gentle, session.settings.lock_wait), wanted)
    patiently(session, lambda: _take(session, strong, session.settings.lock_timeout), wanted)


def _place(row: Sequence[str]) -> tuple[bool, bool, str]:
    """What statements name comes before what their triggers touch: the log, then sequences; else by name.

    Were the log locked first, every statement under way would hold its table and wait for the log, for as long as we
    wait for its table.
    """
    name, kind = row
    return kind == _SEQUENCE, name == "audit_log", name


def _take(session: Session, locks: Iterable[str], seconds: float) -> None:
    """All of them within so long in all, or none."""
    deadline = monotonic() + seconds
    with session.savepoint():
        for lock in locks:
            limit(session, deadline - monotonic())
            session.run(lock)


def patiently(session: Session, attempt: Callable[[], None], tables: Collection[str]) -> None:
    """Repeat `attempt`, which limits how long it waits for locks, until it gets them or `lock_wait` is over.

    Between two attempts the others have at least as long as one made them wait.

    Raises LockTimeoutError, naming who holds them.
    """
    attempts = Retrying(
        retry=retry_if_exception(_busy),
        stop=stop_after_delay(session.settings.lock_wait),
        wait=wait_fixed(session.settings.lock_timeout) + wait_random_exponential(multiplier=0.05, max=1),
        reraise=True,
    )
    try:
        attempts(attempt)
    except DatabaseError as error:
        if not _busy(error):
            raise
        raise LockTimeoutError.of("PG032", "other sessions use the tables", *_holders(session, tables)) from error


_STRENGTH = (GENTLE, "SHARE", "SHARE ROW EXCLUSIVE", "ACCESS EXCLUSIVE")
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
