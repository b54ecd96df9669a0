"""Transactions that a failed statement has ended: a COMMIT of one would roll back, and look like success.

PostgreSQL answers COMMIT with ROLLBACK then (https://www.postgresql.org/docs/current/sql-commit.html), which the
drivers do not tell. A flush of the ORM notices by itself; the statements that this library sends do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import event
from sqlalchemy.exc import PendingRollbackError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

IN_ERROR = 3
"""libpq's PQTRANS_INERROR, which psycopg2 and psycopg 3 hand on; asyncpg tells nothing of the kind."""


def refuse_commits(engine: Engine) -> None:
    """Make commits of ended transactions raise PendingRollbackError; they are rolled back."""
    event.listen(engine, "commit", _refuse)


def _refuse(connection: Connection) -> None:
    status = getattr(connection.connection.driver_connection, "info", None)
    if status is None or status.transaction_status != IN_ERROR:
        return
    connection.engine.dialect.do_rollback(connection.connection)  # for SQLAlchemy this commit has been
    raise PendingRollbackError(
        "nothing can be committed: a statement failed and ended the transaction. "
        "Roll back, or put what may fail into a savepoint: with session.begin_nested()"
    )
