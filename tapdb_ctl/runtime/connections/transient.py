"""Which errors may be gone at the next attempt."""

from __future__ import annotations

import re

from sqlalchemy.exc import DBAPIError

from tapdb_ctl.errors import OutdatedSnapshotError

_SERIALIZATION_FAILURE = "40001"

SQLSTATES = frozenset(
    {
        _SERIALIZATION_FAILURE,
        "40P01",  # deadlock_detected
        "53300",  # too_many_connections
        "57P01",  # admin_shutdown
        "57P02",  # crash_shutdown
        "57P03",  # cannot_connect_now
    }
)
"""https://www.postgresql.org/docs/current/errcodes-appendix.html"""

# libpq gives no SQLSTATE when connecting fails. What the server itself said is not transient but for these; where it
# speaks another language we try in vain, and the error comes later.
_SAID = "FATAL: "
# Compiled when they are needed: that takes longer than importing the rest of this module.
_MOMENTARY = "starting up|shutting down|recovery|too many|remaining connection slots|terminating connection"
_NEVER = "certificate|does not support SSL|no password supplied|could not translate host name"


def sqlstate(error: DBAPIError) -> str | None:
    """The server's code; psycopg2 and psycopg 3 name it differently."""
    found: str | None = getattr(error.orig, "pgcode", None) or getattr(error.orig, "sqlstate", None)
    return found


def lost(error: DBAPIError) -> bool:
    """Whether the connection is gone, so that the server may know of things that we do not."""
    return error.connection_invalidated or (sqlstate(error) or "").startswith(("08", "57P"))


def transient(error: BaseException, states: frozenset[str] = SQLSTATES) -> bool:
    """Whether the same work may succeed in a moment."""
    if isinstance(error, OutdatedSnapshotError):
        return _SERIALIZATION_FAILURE in states  # which it is, though the server calls it otherwise
    if not isinstance(error, DBAPIError):
        return False
    if state := sqlstate(error):
        return state in states or state.startswith("08")
    return lost(error) or _momentary(error)


def _momentary(error: DBAPIError) -> bool:
    """Of an error without a code: whether connecting failed for a reason that passes."""
    message = str(error.orig)
    if "connection" not in message or re.search(_NEVER, message):
        return False
    return _SAID not in message or re.search(_MOMENTARY, message) is not None
