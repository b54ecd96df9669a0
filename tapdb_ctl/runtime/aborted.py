"""Transactions that a failed statement has ended: a COMMIT of one would roll back, and look like success.

PostgreSQL answers COMMIT with ROLLBACK then (https://www.postgresql.org/docs/current/sql-commit.html), which the
drivers do not tell. A flush of the ORM notices by itself; the statements that this library sends do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, PendingRollbackError

from tapdb_ctl.runtime.transient import sqlstate

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import ExceptionContext

_KEY = "tapdb.aborted"


def refuse_commits(engine: Engine) -> None:
    """Make commits of ended transactions raise PendingRollbackError; rolling back, to a savepoint too, clears them."""
    event.listen(engine, "handle_error", _note)
    event.listen(engine, "commit", _refuse)
    event.listen(engine, "rollback", _forget)
    event.listen(engine, "rollback_savepoint", lambda connection, *_: _forget(connection))


def _note(seen: ExceptionContext) -> None:
    error, connection = seen.sqlalchemy_exception, seen.connection
    if connection is None or connection.invalidated or seen.is_disconnect:
        return
    if isinstance(error, DBAPIError) and sqlstate(error):
        connection.info.setdefault(_KEY, str(error.orig).partition("\n")[0])


def _forget(connection: Connection) -> None:
    if not connection.invalidated:
        connection.info.pop(_KEY, None)


def _refuse(connection: Connection) -> None:
    if not connection.invalidated and (why := connection.info.pop(_KEY, None)):
        connection.engine.dialect.do_rollback(connection.connection)  # for SQLAlchemy this commit has been
        raise PendingRollbackError(
            f"nothing can be committed: a statement failed and ended the transaction ({why}). "
            "Roll back, or put what may fail into a savepoint: with session.begin_nested()"
        )
