"""Steps that follow the transaction: each on its own, holding its locks no longer than it must."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg2

from tapdb_ctl.core.step import Sql, Step
from tapdb_ctl.providers.postgres import diagnosis, holding, locking

if TYPE_CHECKING:
    from tapdb_ctl.providers.postgres.session import Session

_LEFT = "what was done before is in place"


def perform(session: Session, step: Step) -> None:
    """Run one step; raises LockTimeoutError or DatabaseError.

    What was done before stays, and the next plan goes on from there.
    """
    assert isinstance(step.act, Sql)
    if step.lock in {holding.GENTLE, None}:
        _beside_others(session, step.act.text, step)
    else:
        _before_others(session, step.act.text, {table: str(step.lock) for table in step.tables})


def _beside_others(session: Session, sql: str, step: Step) -> None:
    """Outside any transaction, as CONCURRENTLY wants it, and patiently: nobody waits behind it.

    A CONCURRENTLY that runs out of time fails for good and leaves an invalid index, so there is no second attempt.
    """

    def attempt() -> None:
        locking.limit(session, session.settings.lock_wait, local=False)
        session.run(sql)

    with session.outside_transactions():
        holding.patiently(session, attempt, step.tables, _LEFT)


def _before_others(session: Session, sql: str, locks: dict[str, str]) -> None:
    """In a transaction of its own, with locks that are had at once or given up."""
    with session.writing():
        session.become_owner()
        holding.hold(session, locks, _LEFT)
        session.allow(None)
        session.run(sql)
        try:
            session.commit()
        except psycopg2.Error as error:
            raise diagnosis.failed(error) from error
