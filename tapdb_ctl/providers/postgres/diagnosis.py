"""PostgreSQL's errors in tapdb's words: what is wrong, and what to type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.errors import DatabaseError

if TYPE_CHECKING:
    import psycopg2

    from tapdb_ctl.providers.postgres.target import Target

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_BY_SQLSTATE = {
    "28P01": ("PG002", "the password was refused", "check `password` in the manifest, or PGPASSWORD and .pgpass"),
    "28000": (
        "PG002",
        "the server does not let this user in",
        "check `user` in the manifest and the server's pg_hba.conf",
    ),
    "3D000": ("PG003", "the database does not exist", "`tapdb apply` creates it when the role may"),
    "42501": ("PG004", "the role lacks a right", "grant it, or connect as the owner of the schema"),
    "25006": ("PG005", "this session may only read", "apply on the primary, with a role that may write"),
    "57014": ("PG006", "a statement ran out of time or was cancelled", "raise `statement_timeout` in the manifest"),
    "40P01": ("PG007", "PostgreSQL chose this session to end a deadlock", "apply again; nothing was written"),
    "40001": ("PG007", "another transaction changed the same rows", "apply again; nothing was written"),
    "53100": ("PG008", "the server's disk is full", "free space on the server and apply again; nothing was written"),
    "53300": ("PG009", "the server takes no more connections", "close some, or raise max_connections"),
    "57P03": ("PG001", "the server is starting or stopping", "wait a moment and try again"),
}
_CONNECTING = (
    # libpq gives no SQLSTATE for a refused login; the server's message carries the meaning
    ("password authentication failed", "28P01"),
    ("no password supplied", "28P01"),
    ("no pg_hba.conf entry", "28000"),
    ("does not exist", "3D000"),
    ("too many clients", "53300"),
    ("starting up", "57P03"),
    ("shutting down", "57P03"),
)


def unreachable(error: psycopg2.Error, target: Target) -> DatabaseError:
    """Why connecting failed."""
    message = _first_line(error)
    state = next((state for text, state in _CONNECTING if text in message), "")
    code, summary, hint = _BY_SQLSTATE.get(
        state, ("PG001", "no PostgreSQL server answers", "check `host` and `port` in the manifest, and that it runs")
    )
    return DatabaseError.of(
        code, summary, f"{target.user}@{target.host}:{target.port}/{target.database}: {message}", hint
    )


def failed(error: psycopg2.Error) -> DatabaseError:
    """Why a statement failed; a lost connection is one without SQLSTATE."""
    state = error.pgcode or ""
    code, summary, hint = _BY_SQLSTATE.get(state, ("PG020", "PostgreSQL refused a statement", ""))
    if not state:
        code, summary = "PG010", "the connection to PostgreSQL was lost"
        hint = "what was not committed is rolled back by the server; run the command again"
    translated = DatabaseError.of(code, summary, f"{_first_line(error)}{f' ({state})' if state else ''}", hint)
    translated.sqlstate = error.pgcode
    return translated


def _first_line(error: psycopg2.Error) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
