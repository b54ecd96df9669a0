"""One apply: locked, performed, recorded and committed, or nothing of it."""

from __future__ import annotations

import time
from itertools import groupby
from typing import TYPE_CHECKING

import psycopg2
from tenacity import Retrying, retry_if_exception_type, retry_if_result, stop_after_delay, wait_fixed

from tapdb_ctl.core.step import Sql, Step
from tapdb_ctl.errors import DatabaseError, InDoubtError, StalePlanError, TapdbError
from tapdb_ctl.providers.postgres import diagnosis, holding, ledger, locking
from tapdb_ctl.providers.postgres.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.report import Entry
    from tapdb_ctl.core.resource import Desired, Live
    from tapdb_ctl.providers.postgres.connector import Connector
    from tapdb_ctl.providers.postgres.schema.shipped import Shipped
    from tapdb_ctl.providers.postgres.session import Facts, Session

PAGE = 1000
"""Rows in one statement: large enough to hide the round trip, small enough to show progress."""


class PostgresTransaction:
    """The port `Transaction` on a session inside `Session.writing`."""

    def __init__(self, connector: Connector, session: Session, facts: Facts, shipped: Shipped) -> None:
        self._connector = connector
        self._session = session
        self._facts = facts
        self._shipped = shipped
        self._started = time.monotonic()
        self._id = ""
        self._stopping = False
        """Whether tables are locked that applications write to, so that nothing may be waited for."""

    def lock(self, steps: Iterable[Step], *, keep: bool) -> None:
        """Refuse a replica, note the transaction's id, then lock: other applies first, then tables.

        What is made belongs to whoever owns the tables, if this role may act as that one.
        """
        if self._facts.replica:
            raise DatabaseError.of(
                "PG005", "this session may only read", "the server is a replica", "apply on the primary"
            )
        steps = tuple(steps)
        self._id = self._session.rows("SELECT pg_current_xact_id()::text")[0][0]
        locking.exclude_other_applies(self._session, keep=keep)
        self._session.become_owner()
        if self._facts.managed or self._facts.populated:
            holding.hold_tables(self._session, steps)
        self._stopping = any(step.tables for step in steps)

    def inspect(self, desired: Desired) -> Live:
        """What is there now, inside this transaction; another apply may have built the schema meanwhile."""
        self._facts = self._session.facts()
        if self._stopping:
            locking.hurry(self._session)
        return read(self._session, self._facts, desired, self._shipped, advise=False)

    def perform(self, steps: Iterable[Step], progress: Callable[[int], None]) -> None:
        """Run the steps in order; neighbours of one shape go together, up to `PAGE` rows in a statement."""
        for _, alike in groupby(steps, key=_shape):
            same = list(alike)
            for start in range(0, len(same), PAGE):
                page = same[start : start + PAGE]
                self._run(page)
                progress(len(page))

    def record(self, plan: Plan, entry: Entry) -> int:
        """Write the ledger and ownership."""
        return ledger.record(self._session, plan, entry, time.monotonic() - self._started)

    def commit(self) -> None:
        """Commit; when the reply is lost, ask the server how the transaction ended.

        https://www.postgresql.org/docs/current/functions-info.html: pg_xact_status.
        """
        try:
            self._session.commit()
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            self._resolve(error)
        except psycopg2.Error as error:
            raise diagnosis.failed(error) from error

    def _run(self, page: Sequence[Step]) -> None:
        act = page[0].act
        assert isinstance(act, Sql)
        if act.form:
            touched = self._session.run_rows(act.text, act.form, [s.act.row for s in page if isinstance(s.act, Sql)])
        else:
            touched = sum(self._session.run(s.act.text) for s in page if isinstance(s.act, Sql))
        expected = page[0].rows
        if expected is not None and touched != expected * len(page):
            raise StalePlanError.of(
                "PLN030",
                "Saved plan is stale",
                f"{page[0].title}{' and those after it' if len(page) > 1 else ''}: "
                f"{touched} of {expected * len(page)} rows were as planned; nothing was written",
                "run `tapdb plan` again and review the difference",
            )

    def _resolve(self, error: psycopg2.Error) -> None:
        try:
            status = self._status()
        except TapdbError as unreachable:  # the server, its manifest's secret, whatever keeps us from asking
            status = f"unknown: {unreachable}"
        if status == "committed":
            return
        if status == "aborted":
            raise diagnosis.failed(error) from error
        raise InDoubtError.of(
            "PG030",
            "the connection was lost while committing",
            f"transaction {self._id} is {status}",
            f"when the server answers again: SELECT pg_xact_status('{self._id}'); then `tapdb plan` shows what is left",
        ) from error

    def _status(self) -> str:
        """How the transaction ended, waiting for a server that restarts, or has not missed its client yet."""
        asking = Retrying(
            retry=retry_if_exception_type(DatabaseError) | retry_if_result(lambda status: status == "in progress"),
            stop=stop_after_delay(self._connector.settings.lock_wait),
            wait=wait_fixed(0.2),
            retry_error_callback=lambda last: last.outcome.result() if last.outcome else "unknown",
        )
        return asking(self._ask)

    def _ask(self) -> str:
        with (session := self._connector.renewed()).reading():
            status: str = session.rows("SELECT pg_xact_status(%(id)s::xid8)", {"id": self._id})[0][0]
        return status


def _shape(step: Step) -> tuple[str, str, int | None]:
    assert isinstance(step.act, Sql)
    return step.act.text, step.act.form, step.rows
