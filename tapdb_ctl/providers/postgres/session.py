"""A connection to one database, its transactions pinned and its errors translated."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED, ISOLATION_LEVEL_REPEATABLE_READ

from tapdb_ctl.errors import DatabaseError
from tapdb_ctl.providers.postgres import diagnosis
from tapdb_ctl.providers.postgres.connecting import connect
from tapdb_ctl.providers.postgres.deadline import GRACE, Deadline
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

    from psycopg2.extensions import cursor

    from tapdb_ctl.providers.postgres.target import Settings, Target

OLDEST = 140000
"""PostgreSQL 14: client_connection_check_interval, and the range of versions that is tested."""

LONGEST_PAUSE = 60.0
"""Seconds between two statements of a transaction after which the server takes tapdb for lost, and rolls back."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a session finds: `managed` when tapdb built the schema, `populated` when anybody did."""

    version: int
    encoding: str
    replica: bool
    managed: bool
    populated: bool


class Session:
    """One connection; every transaction on it begins pinned by sql/session.sql."""

    def __init__(self, target: Target, settings: Settings) -> None:
        self.target = target
        self.settings = settings
        self._connection = connect(target)
        self._view: Facts | None = None
        self._patience: float | None = settings.statement_timeout

    def allow(self, seconds: float | None) -> None:
        """How long a statement may take from now on, until the transaction is next pinned; None is without limit.

        The server is told elsewhere; this is for a server that does not answer at all.
        """
        self._patience = seconds

    @contextmanager
    def reading(self) -> Iterator[Facts]:
        """One consistent, read-only view; ends without a trace. Inside another it is the same view."""
        if self._view:
            yield self._view
            return
        with self._answered():  # where a connection that was lost since the last statement is met
            self._connection.set_session(ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
        with self._ending():
            self._view = self.facts()
            try:
                yield self._view
            finally:
                self._view = None

    @contextmanager
    def writing(self) -> Iterator[Facts]:
        """A transaction that sees what others commit meanwhile; rolled back unless `commit` was called.

        It may not write where the role or the server does not let it, which the first statement then says.
        """
        with self._answered():
            self._connection.set_session(ISOLATION_LEVEL_READ_COMMITTED, readonly="default")
        with self._ending():
            yield self.facts()

    def become_owner(self, *, local: bool = True) -> None:
        """Act as the owner of the tables, for the transaction or the session, so that what is made belongs to him."""
        self.rows(query("become_owner"), {"schema": self.settings.schema, "local": local})

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of a transaction that may fail without ending it."""
        self.run("SAVEPOINT attempt")
        try:
            yield
        except DatabaseError as error:
            if error.sqlstate:  # else the connection is gone, and the transaction with it
                self.run("ROLLBACK TO SAVEPOINT attempt")
            raise
        self.run("RELEASE SAVEPOINT attempt")

    @contextmanager
    def hastily(self, seconds: float) -> Iterator[None]:
        """A part of a reading transaction that may fail, and of which no statement takes longer than this."""
        self.run(f"SAVEPOINT attempt; SET LOCAL statement_timeout = {round(seconds * 1000)}")
        try:
            yield
        except DatabaseError as error:
            if error.sqlstate:
                self.run("ROLLBACK TO SAVEPOINT attempt")
            raise
        self.run("ROLLBACK TO SAVEPOINT attempt")

    def tried(self, sql: str, values: Mapping[str, Any] | None = None, *, seconds: float = 0) -> list[tuple[Any, ...]]:
        """Like `rows`, for a question that may fail, or last too long, without ending the transaction.

        One round trip where it succeeds and there is no limit.
        """
        limit = f"SET LOCAL statement_timeout = {round(seconds * 1000)}; " if seconds else ""
        try:
            found = self.rows(f"SAVEPOINT attempt; {limit}{sql}", values)
        except DatabaseError as error:
            if error.sqlstate:  # else the connection is gone, and the transaction with it
                self.run("ROLLBACK TO SAVEPOINT attempt")
            raise
        if limit:
            self.run("ROLLBACK TO SAVEPOINT attempt")
        return found

    def rows(self, sql: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a statement and fetch everything it returns."""
        with self._cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()

    def stream(self, sql: str, values: Mapping[str, Any], page: int) -> Generator[tuple[Any, ...], None, None]:
        """Run a query and hand out its rows as they come, `page` of them a round trip; to be closed when left early."""
        cursor = self._connection.cursor("stream")
        try:
            with self._answered():
                cursor.execute(sql, values)
            rows = [()]
            while rows:  # who takes the rows may take his time
                with self._answered():
                    rows = cursor.fetchmany(page)
                yield from rows
        finally:
            with self._answered():
                cursor.close()

    def run(self, sql: str, values: Mapping[str, Any] | None = None) -> int:
        """Run a statement; returns how many rows it touched."""
        with self._cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.rowcount

    def run_rows(self, sql: str, form: str, rows: Sequence[Sequence[Any]]) -> int:
        """Run a statement over many VALUES rows at once, where `sql` holds `{rows}`."""
        with self._cursor() as cursor:
            bound = b", ".join(cursor.mogrify(form, row) for row in rows).decode()
            cursor.execute(sql.replace("{rows}", bound))
            return cursor.rowcount

    def copy_in(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """COPY rows FROM STDIN in CSV form; None is NULL."""
        buffer = io.StringIO()
        csv.writer(buffer).writerows(rows)
        buffer.seek(0)
        with self._cursor() as cursor:
            cursor.copy_expert(sql, buffer)

    def outside_transaction(self, sql: str) -> None:
        """Run what PostgreSQL refuses to run inside a transaction."""
        self._commit_each(now=True)
        with self._cursor() as cursor:
            cursor.execute(sql)

    @contextmanager
    def outside_transactions(self) -> Iterator[None]:
        """Statements that each take effect at once, for the length of the block pinned as transactions are."""
        self._commit_each(now=True)
        try:
            self.facts(local=False)
            self.become_owner(local=False)
            yield
        finally:
            with suppress(DatabaseError):  # a lost connection has nothing to be set back
                self.allow(self.settings.statement_timeout)
                self.run("RESET ALL")
                self.run("RESET ROLE")
                self._commit_each(now=False)

    def commit(self) -> None:
        """Commit; raises psycopg2's own error, since only the caller knows what a lost reply means."""
        with self._deadline():
            self._connection.commit()

    def close(self) -> None:
        """Give the connection up; whatever was not committed is rolled back by the server."""
        self._connection.close()

    def _commit_each(self, *, now: bool) -> None:
        with self._answered():
            self._connection.autocommit = now

    @contextmanager
    def _cursor(self) -> Iterator[cursor]:
        with self._answered(), self._connection.cursor() as cursor:
            yield cursor

    @contextmanager
    def _answered(self) -> Iterator[None]:
        deadline = Deadline(self._connection, self._patience)
        try:
            with deadline:
                yield
        except psycopg2.Error as error:
            raise diagnosis.silent(deadline.seconds) if deadline.passed else diagnosis.failed(error) from error

    def _deadline(self) -> Deadline:
        """For the transaction's end, which no setting of the server limits."""
        return Deadline(self._connection, self.settings.statement_timeout)

    @contextmanager
    def _ending(self) -> Iterator[None]:
        try:
            yield
        finally:
            # a lost connection cannot be rolled back and need not be: the server does that by itself
            with suppress(psycopg2.Error), self._deadline():
                self._connection.rollback()

    def facts(self, *, local: bool = True) -> Facts:
        """Pin the transaction, or the session, and read what decides whether tapdb can work here."""
        settings = self.settings
        self.allow(settings.statement_timeout)
        row = self.rows(
            query("session"),
            {
                "local": local,
                "schema": settings.schema,
                "application_name": settings.application_name,
                "statement_timeout": f"{settings.statement_timeout * 1000:.0f}ms",
                "lock_timeout": f"{max(1, settings.lock_wait * 1000):.0f}ms",
                "idle_timeout": f"{min(settings.statement_timeout + GRACE, LONGEST_PAUSE) * 1000:.0f}ms",
                "actor": settings.actor,
            },
        )[0]
        facts = Facts(*row[-5:])
        _check(facts)
        return facts


def _check(facts: Facts) -> None:
    if facts.version < OLDEST:
        raise DatabaseError.of(
            "PG011",
            "this PostgreSQL server is too old",
            f"it is version {facts.version // 10000}; tapdb needs {OLDEST // 10000} or newer",
            "upgrade the server",
        )
    if facts.encoding != "UTF8":
        raise DatabaseError.of(
            "PG012",
            "the database's encoding is not UTF8",
            f"it is {facts.encoding}",
            "create it anew with ENCODING 'UTF8' TEMPLATE template0",
        )
