"""Steps that follow the transaction: each on its own, holding its locks no longer than it must."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.step import Sql, Step
from tapdb_ctl.providers.postgres import locking

if TYPE_CHECKING:
    from tapdb_ctl.providers.postgres.session import Session

GENTLE = "SHARE UPDATE EXCLUSIVE"
"""The lock that lets everybody read and write; https://www.postgresql.org/docs/current/explicit-locking.html."""


def perform(session: Session, step: Step) -> None:
    """Run one step outside any transaction.

    One that would make others wait tries for `lock_timeout` at a time; one that does not, such as a CONCURRENTLY,
    which fails for good and leaves an invalid index, may wait for `--lock-timeout` at once. Raises LockTimeoutError
    or DatabaseError; what was done before stays, and the next plan goes on from there.
    """
    act, settings = step.act, session.settings
    assert isinstance(act, Sql)
    wait = settings.lock_wait if step.lock in {GENTLE, None} else settings.lock_timeout

    def attempt() -> None:
        locking.limit(session, wait, local=False)
        session.run(act.text)

    with session.outside_transactions():
        locking.patiently(session, attempt, step.tables)
