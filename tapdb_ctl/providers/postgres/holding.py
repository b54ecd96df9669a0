"""Locks on tables, taken so that no application fails and none waits for long."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_fixed, wait_random_exponential

from tapdb_ctl.core.step import identifier
from tapdb_ctl.errors import DatabaseError, LockTimeoutError
from tapdb_ctl.providers.postgres import locking
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from tapdb_ctl.core.step import Step
    from tapdb_ctl.providers.postgres.session import Session

GENTLE = "SHARE UPDATE EXCLUSIVE"
"""The strongest lock that lets everybody read and write."""

_LOCK_NOT_AVAILABLE = "55P03"


def hold_tables(session: Session, steps: Iterable[Step]) -> None:
    """Keep writers of templates out until the end, and take now the strongest lock that each table will need.

    Instances go on being created, unless their own table is repaired: SHARE ROW EXCLUSIVE on the templates does not
    conflict with the ROW SHARE that an instance's foreign key takes.
    """
    hold(session, _strongest([("generic_template", "SHARE ROW EXCLUSIVE"), *_asked(steps)]))


def hold(session: Session, wanted: Mapping[str, str], left: str = "nothing was written") -> None:
    """Lock tables and sequences, each as `wanted` says, so that no application fails or waits for long.

    First a lock that readers and writers do not notice, waited for patiently: it keeps autovacuum out, which the server
    sends away only after deadlock_timeout. Then the others, all or none, in attempts of `lock_timeout`: what waits
    behind us waits no longer than that, and since it is shorter than deadlock_timeout, we give way before the server
    looks for somebody to sacrifice. https://www.postgresql.org/docs/current/explicit-locking.html.
    """
    names = {"schema": session.settings.schema, "names": [*wanted]}
    kinds = sorted(session.rows(query("relation_kinds"), names), key=_place)
    gentle = [_statement(name, kind, GENTLE) for name, kind in kinds if kind != _SEQUENCE]
    strong = [_statement(name, kind, wanted[name]) for name, kind in kinds]
    patiently(session, lambda: _take(session, gentle, session.settings.lock_wait), wanted, left)
    patiently(session, lambda: _take(session, strong, session.settings.lock_timeout), wanted, left)


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
            locking.limit(session, deadline - monotonic())
            session.run(lock)


def patiently(
    session: Session, attempt: Callable[[], None], tables: Collection[str], left: str = "nothing was written"
) -> None:
    """Repeat `attempt`, which limits how long it waits for locks, until it gets them or `lock_wait` is over.

    Between two attempts the others have at least as long as one made them wait.

    Raises LockTimeoutError, naming who holds them and what is `left` behind.
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
        raise LockTimeoutError.of(
            "PG032", "other sessions use the tables", *locking.holders(session, tables, left)
        ) from error


_STRENGTH = (GENTLE, "SHARE", "SHARE ROW EXCLUSIVE", "ACCESS EXCLUSIVE")
_SEQUENCE = "S"


def _asked(steps: Iterable[Step]) -> Iterator[tuple[str, str]]:
    return ((table, step.lock) for step in steps if step.lock for table in step.tables)


def _strongest(wanted: Iterable[tuple[str, str]]) -> dict[str, str]:
    locks: dict[str, str] = {}
    for table, mode in wanted:
        locks[table] = max(mode, locks.get(table, mode), key=_STRENGTH.index)
    return locks


def _statement(name: str, kind: str, mode: str) -> str:
    """LOCK TABLE takes no sequences; an ALTER that changes nothing locks one, SHARE ROW EXCLUSIVE."""
    if kind == _SEQUENCE:
        return f"ALTER SEQUENCE {identifier(name)} OWNED BY NONE"
    return f"LOCK TABLE {identifier(name)} IN {mode} MODE"


def _busy(error: BaseException) -> bool:
    return isinstance(error, DatabaseError) and error.sqlstate == _LOCK_NOT_AVAILABLE
