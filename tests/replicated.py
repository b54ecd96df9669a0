"""A primary and its hot standby, as an application connects to both."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg2

from runtime_worlds import connected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pg_servers import Server
    from tapdb_ctl.runtime.connections.connection import TAPDBConnection


@dataclass(frozen=True)
class Pair:
    """A primary and its standby, with a database on both."""

    primary: Server
    standby: Server
    database: str

    @property
    def url(self) -> str:
        """Of the standby."""
        return f"postgresql://{self.standby.host}:{self.standby.port}"

    def connected(self, **options: Any) -> TAPDBConnection:
        return connected(self.primary, self.database, **{"reader": self.url, **options})

    def catch_up(self) -> None:
        """Wait until the standby has replayed what the primary has written by now."""
        with _asking(self.primary) as ask:
            written = ask("SELECT pg_current_wal_insert_lsn()")
        with _asking(self.standby) as ask:
            while not ask(f"SELECT pg_last_wal_replay_lsn() >= '{written}'"):
                time.sleep(0.02)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Meanwhile the standby receives, but replays nothing."""
        self.catch_up()
        self.standby.run("SELECT pg_wal_replay_pause()")
        try:
            yield
        finally:
            self.standby.run("SELECT pg_wal_replay_resume()")


@contextmanager
def _asking(server: Server) -> Iterator[Callable[[str], Any]]:
    with closing(psycopg2.connect(server.dsn())) as connection, connection.cursor() as cursor:
        connection.autocommit = True

        def ask(query: str) -> Any:
            cursor.execute(query)
            (found,) = cursor.fetchone() or (None,)
            return found

        yield ask
