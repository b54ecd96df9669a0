"""Opens the one session that a command needs, and knows whether there is a database at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.errors import DatabaseError
from tapdb_ctl.providers.postgres.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapdb_ctl.providers.postgres.target import Settings, Target

_MAINTENANCE = "postgres"


class Connector:
    """Where the environment's database is to be found.

    `locate` gives the target, or None while the server itself does not exist (an embedded server that was
    never initialised): then there is no database either, which a plan takes as an empty one.
    """

    def __init__(self, locate: Callable[[], Target | None], settings: Settings) -> None:
        self.settings = settings
        self._locate = locate
        self._session: Session | None = None

    def existing(self) -> Session | None:
        """The open session, or None when there is no such database or no server yet.

        Raises DatabaseError for everything else that keeps us out.
        """
        if self._session is None and (target := self._locate()):
            try:
                self._session = Session(target, self.settings)
            except DatabaseError as error:
                if error.findings[0].code != "PG003":
                    raise
        return self._session

    def session(self) -> Session:
        """The open session; raises DatabaseError when there is no database."""
        if session := self.existing():
            return session
        raise DatabaseError.of(
            "PG003", "the database does not exist", "it was not created before it was needed", "run `tapdb apply`"
        )

    def renewed(self) -> Session:
        """A new session in place of one that was lost."""
        self.close()
        return self.session()

    def maintenance(self) -> Session:
        """A session on the server's own database, for what cannot be done from inside ours."""
        if session := self.server():
            return session
        raise DatabaseError.of("PG001", "no PostgreSQL server answers", "it is not initialised", "run `tapdb apply`")

    def server(self) -> Session | None:
        """A session on the server's own database, or None when there is no server yet."""
        target = self._locate()
        return Session(replace(target, database=_MAINTENANCE), self.settings) if target else None

    def close(self) -> None:
        """Close the session, if one is open."""
        if self._session:
            self._session.close()
            self._session = None
