"""A production at work: sessions in processes of their own that insert and update without pause, and how they fared.

Run as a program it is one such session: `python production.py DSN NUMBER OF ROWS`. It works until its standard input
is closed, then prints what it saw as JSON.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg2

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg2.extensions import connection

NAME = "production"
LINGERING = 1 / 2000
"""The share of long transactions."""

ROWS = """
    SET session_replication_role = replica;
    INSERT INTO generic_instance (euid, euid_prefix, euid_seq, name, polymorphic_discriminator, category, type, subtype,
                                  version, template_uuid, json_addl, bstatus)
    SELECT 'CX-L' || n, 'CX', n, 'tube ' || n, 'container_instance', 'container', 'tube', 't0', '1.0', 1,
           jsonb_build_object('properties', jsonb_build_object('volume', n %% 500)), 'created'
      FROM generate_series(1, %(rows)s) AS n;
    INSERT INTO generic_instance_lineage (euid, euid_prefix, euid_seq, name, polymorphic_discriminator,
                                          parent_instance_uuid, child_instance_uuid)
    SELECT 'GN-L' || n, 'GN', n, 'edge', 'generic_instance_lineage', n, n + 1
      FROM generate_series(1, %(rows)s - 1) AS n;
    INSERT INTO audit_log (euid, euid_prefix, euid_seq, rel_table_name, rel_table_uuid_fk, rel_table_euid_fk,
                           changed_by, operation_type)
    SELECT 'TAD-L' || n, 'TAD', n + 1000, 'generic_instance', n, 'CX-' || n, 'loader', 'INSERT'
      FROM generate_series(1, %(rows)s) AS n;
    SELECT setval('cx_instance_seq', %(rows)s), setval('generic_instance_lineage_seq', %(rows)s),
           setval('tad_audit_seq', %(rows)s + 1000);
"""

INSERT = """
    INSERT INTO generic_instance (name, polymorphic_discriminator, category, type, subtype, version, template_uuid,
                                  json_addl, bstatus)
    VALUES ('made', 'container_instance', 'container', 'tube', 't0', '1.0', 1, '{"properties": {"volume": 1}}', 'new')
    RETURNING uuid
"""
UPDATE = "UPDATE generic_instance SET json_addl = jsonb_set(json_addl, '{properties, volume}', %s) WHERE uuid = %s"
LINK = """
    INSERT INTO generic_instance_lineage (name, polymorphic_discriminator, parent_instance_uuid, child_instance_uuid)
    VALUES ('made', 'generic_instance_lineage', %s, %s)
"""


@dataclass
class Session:
    """One application's; rows are shared out by number, so that sessions do not wait for each other."""

    number: int
    of: int
    rows: int
    errors: list[str] = field(default_factory=list)
    statements: int = 0
    longest: float = 0

    def work(self, opened: connection, stopped: threading.Event) -> None:
        """Short transactions, and now and then one of two to three seconds."""
        while not stopped.is_set():
            try:
                with opened, opened.cursor() as cursor:
                    self._transaction(
                        cursor, pause=random.uniform(2, 3) if random.random() < LINGERING else 0, stopped=stopped
                    )
            except psycopg2.Error as error:
                self.errors.append(f"{error.pgcode} {error}".strip())
                if opened.closed:
                    return

    def _transaction(self, cursor: Any, pause: float, stopped: threading.Event) -> None:
        self._run(cursor, UPDATE, (str(random.randrange(500)), self._row()))
        self._run(cursor, INSERT, ())
        (made,) = cursor.fetchone()
        if pause:
            stopped.wait(pause)
        self._run(cursor, LINK, (self._row(), made))
        self._run(cursor, UPDATE, ("7", made))

    def _row(self) -> int:
        return random.randrange(self.rows // self.of) * self.of + self.number + 1

    def _run(self, cursor: Any, statement: str, values: Sequence[Any]) -> None:
        begun = time.monotonic()
        cursor.execute(statement, values or None)
        self.statements += 1
        self.longest = max(self.longest, time.monotonic() - begun)


@dataclass(frozen=True)
class Fates:
    """How all sessions fared: their errors, the statements of the least busy, the longest statement in seconds.

    `behind` is the longest that any of them waited for a lock that tapdb only waited for itself, as samples tell.
    """

    errors: tuple[str, ...]
    statements: int
    longest: float
    behind: float
    deadlocks: int


class Production:
    """Sessions at work on one database; `fates` says how, once the block has ended."""

    def __init__(self, dsn: str, rows: int, sessions: int) -> None:
        self.dsn = dsn
        self._rows = rows
        self._sessions = sessions
        self.fates = Fates((), 0, 0, 0, 0)

    def populate(self) -> None:
        """As many instances, edges and audit rows, past the triggers."""
        with closing(psycopg2.connect(self.dsn)) as opened, opened, opened.cursor() as cursor:
            cursor.execute(ROWS, {"rows": self._rows})
            cursor.execute("ANALYZE")

    @contextmanager
    def working(self) -> Iterator[None]:
        """Everybody is at work when the block begins, and has gone home when it ends."""
        watch = Watch(self.dsn)
        command = [sys.executable, __file__, self.dsn]
        with ExitStack() as stack:
            staff = [
                stack.enter_context(
                    subprocess.Popen(
                        [*command, str(n), str(self._sessions), str(self._rows)], stdin=-1, stdout=-1, text=True
                    )
                )
                for n in range(self._sessions)
            ]
            for each in staff:
                assert each.stdout
                assert each.stdout.readline() == "at work\n"
            with watch.watching():
                yield
            told = [json.loads(each.communicate()[0]) for each in staff]
        self.fates = Fates(
            tuple(error for each in told for error in each["errors"]),
            min(each["statements"] for each in told),
            max(each["longest"] for each in told),
            watch.longest,
            watch.deadlocks,
        )


WAITING = """
    SELECT a.pid, a.query_start
      FROM pg_stat_activity AS a, unnest(pg_blocking_pids(a.pid)) AS blocker
      JOIN pg_stat_activity AS b ON b.pid = blocker
     WHERE a.application_name = 'production' AND b.application_name LIKE 'tapdb%' AND b.wait_event_type = 'Lock'
"""
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


class Watch:
    """Looks every 20 ms which statements wait behind a tapdb that itself waits, and for how long on end."""

    def __init__(self, dsn: str) -> None:
        self.longest = 0.0
        self.deadlocks = 0
        self._dsn = dsn
        self._since: dict[tuple[Any, ...], float] = {}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """For the length of the block."""
        ended = threading.Event()
        thread = threading.Thread(target=self._watch, args=(ended,))
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _watch(self, ended: threading.Event) -> None:
        with closing(psycopg2.connect(self._dsn)) as opened, opened.cursor() as cursor:
            opened.autocommit = True
            before = self._count(cursor)
            while not ended.wait(0.02):
                cursor.execute(WAITING)
                now = time.monotonic()
                self._since = {waiter: self._since.get(waiter, now) for waiter in cursor.fetchall()}
                self.longest = max([self.longest, *(now - since for since in self._since.values())])
            self.deadlocks = self._count(cursor) - before

    def _count(self, cursor: Any) -> int:
        cursor.execute(DEADLOCKS)
        return int(cursor.fetchone()[0])


def _main(dsn: str, number: int, of: int, rows: int) -> None:
    stopped = threading.Event()
    session = Session(number, of, rows)
    with closing(psycopg2.connect(dsn, application_name=NAME)) as opened:
        worker = threading.Thread(target=session.work, args=(opened, stopped))
        worker.start()
        sys.stdout.write("at work\n")
        sys.stdout.flush()
        sys.stdin.read()
        stopped.set()
        worker.join()
    told = {"errors": session.errors, "statements": session.statements, "longest": session.longest}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    _main(sys.argv[1], *map(int, sys.argv[2:]))
