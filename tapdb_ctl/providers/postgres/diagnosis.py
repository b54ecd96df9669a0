"""PostgreSQL's errors in tapdb's words: what is wrong, and what to type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.errors import DatabaseError

if TYPE_CHECKING:
    import psycopg2

    from tapdb_ctl.providers.postgres.target import Target


class _Meaning(NamedTuple):
    code: str
    summary: str
    hint: str


_BLOCKED = _Meaning("PG007", "another transaction was in the way", "run the command again")
_BUSY = _Meaning("PG033", "another session holds a lock that is needed", "wait for it, or raise --lock-timeout")
_LOST = _Meaning(
    "PG010",
    "the connection to PostgreSQL was lost",
    "what was not committed is rolled back by the server; run the command again",
)
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_BY_SQLSTATE = {
    "28P01": _Meaning(
        "PG002", "the password was refused", "check `password` in the manifest, or PGPASSWORD and .pgpass"
    ),
    "28000": _Meaning(
        "PG017", "the server does not let this user in", "check `user` in the manifest and the server's pg_hba.conf"
    ),
    "3D000": _Meaning("PG003", "the database does not exist", "`tapdb apply` creates it when the role may"),
    "42501": _Meaning("PG004", "the role lacks a right", "grant it, or connect as the owner of the schema"),
    "25006": _Meaning("PG005", "this session may only read", "apply on the primary, with a role that may write"),
    "57014": _Meaning(
        "PG006", "a statement ran out of time or was cancelled", "raise `statement_timeout` in the manifest"
    ),
    # the server ends the session: by a person's order, or after a pause in a transaction
    "57P01": _LOST,
    "25P03": _LOST,
    "40P01": _BLOCKED,
    "40001": _BLOCKED,
    "53100": _Meaning("PG008", "the server's disk is full", "free space on the server and apply again"),
    "53300": _Meaning("PG009", "the server takes no more connections", "close some, or raise max_connections"),
    "55P03": _BUSY,
    "57P03": _Meaning("PG018", "the server is starting or stopping", "wait a moment and try again"),
}
_NO_ANSWER = _Meaning(
    "PG001", "no PostgreSQL server answers", "check `host` and `port` in the manifest, and that it runs"
)
_REFUSED = _Meaning("PG020", "PostgreSQL refused a statement", "the server's log says more")
_UNWELCOME = _Meaning("PG019", "the server refused the connection", "its message says why")
_NO_TLS = _Meaning("PG026", "TLS cannot be had as the manifest asks", "check `sslmode` and `sslrootcert`")
# libpq gives no SQLSTATE when connecting fails; the server's message, or the pooler's, carries the meaning.
# Where it is in another language it is shown as it is, and nothing is concluded from it.
_CONNECTING = (
    (re.compile(r"(password|peer|ident|SCRAM) authentication failed|no password supplied", re.IGNORECASE), "28P01"),
    (re.compile(r"no pg_hba\.conf entry|role \".*\" does not exist|is not permitted to log in"), "28000"),
    (re.compile(r"database \".*\" does not exist|no such database"), "3D000"),
    (re.compile(r"too many (clients|connections)|remaining connection slots"), "53300"),
    (re.compile(r"is starting up|is shutting down|in recovery mode"), "57P03"),
)


def unreachable(error: psycopg2.Error, target: Target) -> DatabaseError:
    """Why connecting failed."""
    message = _first_line(error)
    state = next((state for pattern, state in _CONNECTING if pattern.search(message)), None)
    if state:
        meaning = _BY_SQLSTATE[state]
    elif "certificate" in message or "SSL" in message:
        meaning = _NO_TLS
    else:
        meaning = _UNWELCOME if ": FATAL:" in message else _NO_ANSWER
    where = f"{target.user}@{target.host}:{target.port}/{target.database}"
    return DatabaseError.of(meaning.code, meaning.summary, f"{where}: {message}", meaning.hint)


def failed(error: psycopg2.Error) -> DatabaseError:
    """Why a statement failed; a lost connection is one without SQLSTATE."""
    state = error.pgcode
    code, summary, hint = _BY_SQLSTATE.get(state, _REFUSED) if state else _LOST
    translated = DatabaseError.of(code, summary, f"{_first_line(error)}{f' ({state})' if state else ''}", hint)
    translated.sqlstate = state
    return translated


def silent(seconds: float | None) -> DatabaseError:
    """Why the connection was given up."""
    detail = f"the server gave no answer within {seconds:.0f} s"
    return DatabaseError.of(_LOST.code, _LOST.summary, detail, _LOST.hint)


def _first_line(error: psycopg2.Error) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
