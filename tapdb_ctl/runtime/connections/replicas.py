"""Read replicas: a session reads from one until it writes, and from then on stays with the primary."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnClause, CompoundSelect, Select, TextClause, TextualSelect, UpdateBase
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm.context import FromStatement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import ForUpdateArg
from sqlalchemy.sql.visitors import iterate

from tapdb_ctl.runtime.session import TapdbSession, writing

if TYPE_CHECKING:
    from sqlalchemy import ClauseElement, Connection, Engine
    from sqlalchemy.sql.visitors import ExternallyTraversible

_REST = 10.0
"""Seconds for which a replica that did not answer is not asked again: finding out takes time."""

# Compiled when they are needed: few applications have a replica.
_READS = r"(?is)(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:select|with|values|table|show|explain)\b"
_MAY_WRITE = (
    r"(?i)\b(?:insert|update|delete|merge|into|share|analyze|nextval|setval|currval|lastval|lo_\w+|pg_\w*lock\w*|txid_current"
    r"|pg_current_xact_id|pg_notify|pg_logical_emit_message|pg_switch_wal)\b|;\s*\S"
)


class Reader:
    """A replica that may be away: then the primary is read instead, for a while without asking."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._away_until = 0.0

    def join(self, session: TapdbSession, engine: Engine) -> bool:
        """Have `engine`, ours or one with its pool, take part in the session's transaction; whether it does."""
        if time.monotonic() < self._away_until:
            return False
        try:
            session.connection(bind_arguments={"bind": engine})
        except (OperationalError, InterfaceError):
            self._away_until = time.monotonic() + _REST
            return False
        return True


class RoutedSession(TapdbSession):
    """A session that may know a replica."""

    _reader: Reader | None = None
    _reading: Engine | None = None

    def route(self, reader: Reader, **options: str) -> None:
        """Read from there until something is written; `options` are for the replica's connections."""
        self._reader = reader
        self._reading = reader.engine.execution_options(**options)

    def get_bind(self, mapper: Any = None, **named: Any) -> Engine | Connection:  # noqa: ANN401 - SQLAlchemy's own
        """The replica for what surely only reads, before the first write; else the primary."""
        if self._reader and self._reading and not self.writes and named.get("bind") is None:
            if reads(named.get("clause")) and self._reader.join(self, self._reading):
                return self._reading
            writing(self)
        return super().get_bind(mapper, **named)


def reads(clause: ClauseElement | None) -> bool:
    """Whether a statement surely writes nothing and locks nothing, also in what it is made of.

    Of SQL text only what is plain counts. A flush comes without a statement, as does whoever asks for the connection
    itself: they may do anything. A function that writes, called from SELECT, cannot be told unless it is one of
    PostgreSQL's: `writing(session)` says so.
    """
    match clause:
        case TextClause():
            return bool(re.match(_READS, clause.text)) and _harmless(clause)
        case FromStatement() | TextualSelect():
            return reads(clause.element)
        case Select() | CompoundSelect():
            return all(map(_harmless, iterate(clause)))
    return False


def _harmless(part: ExternallyTraversible) -> bool:
    match part:
        case UpdateBase() | ForUpdateArg():
            return False
        case TextClause():
            words = part.text
        case ColumnClause(is_literal=True) | FunctionElement():
            words = part.name
        case _:
            return True
    return not re.search(_MAY_WRITE, words)
