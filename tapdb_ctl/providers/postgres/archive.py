"""The port `Archive`: the ledger read back, in one transaction of a few statements whatever its length."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tapdb_ctl.core.address import Address, select
from tapdb_ctl.core.collector import paused
from tapdb_ctl.core.document import change_in
from tapdb_ctl.core.history import Memory, Record, Trace, missing
from tapdb_ctl.core.jsonvalue import parse
from tapdb_ctl.core.plan import Summary
from tapdb_ctl.core.resource import Resource
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tapdb_ctl.core.change import Change
    from tapdb_ctl.providers.postgres.connector import Connector
    from tapdb_ctl.providers.postgres.session import Session


class PostgresArchive:
    """Reads tapdb_ledger; a database that is not there, or is not managed, has an empty one."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    def records(self, pattern: str | None, limit: int | None) -> Sequence[Record]:
        """The headers; globs mean here what they mean elsewhere, so they are matched here."""
        with self._reading() as session:
            if session is None:
                return ()
            addresses = None if pattern is None else _matching(session, pattern)
            return _records(session, addresses=addresses, limit=limit)

    @paused()
    def entry(self, number: int) -> tuple[Record, Sequence[Change]]:
        """The header, then the changes."""
        with self._reading() as session:
            found = _records(session, number=number) if session else []
            if not (session and found):
                bounds = _moment(session, number) if session else _NOTHING
                raise missing(number, bounds.first, bounds.last)
            rows = session.rows(query("ledger_changes"), {"number": number})
            return found[0], tuple(map(_change, rows))

    @paused()
    def memory(self, moment: int | datetime) -> Memory:
        """Bounds, then the last changes until the moment, then what followed."""
        with self._reading() as session:
            if session is None:
                return _NOTHING
            seen = _moment(session, moment)
            if seen.number is None:
                return seen
            ends = session.rows(query("ledger_ends"), {"number": seen.number})
            since = session.rows(query("ledger_since"), {"number": seen.number})
            return replace(seen, ends=tuple(map(_change, ends)), since=tuple(map(_trace, since)))

    @contextmanager
    def _reading(self) -> Iterator[Session | None]:
        session = self._connector.existing()
        if session is None:
            yield None
            return
        with session.reading() as facts:
            yield session if facts.managed else None


_NOTHING = Memory(None, None, None)


def _matching(session: Session, pattern: str) -> list[str]:
    known = [Address.parse(address) for (address,) in session.rows(query("ledger_addresses"))]
    return [str(address) for address in select(pattern, known)]


def _records(
    session: Session, *, number: int | None = None, addresses: list[str] | None = None, limit: int | None = None
) -> list[Record]:
    values = {"number": number, "addresses": addresses, "limit": limit}
    return [_record(row) for row in session.rows(query("ledger_records"), values)]


def _record(row: tuple[Any, ...]) -> Record:
    number, at, environment, actor, tool_version, plan_digest, manifest_digest, summary, context, milliseconds = row
    counts: Any = parse(summary)
    figures = Summary(*(counts.get(name, 0) for name in ("import", "add", "change", "destroy")))
    known: Any = parse(context)
    texts = {name: str(value) for name, value in known.items()}
    who = (environment, actor, tool_version)
    return Record(number, at, *who, plan_digest, manifest_digest, figures, texts, milliseconds)


def _moment(session: Session, moment: int | datetime) -> Memory:
    time = moment if isinstance(moment, datetime) else None
    number, first, last, before, since = session.rows(
        query("ledger_moment"), {"number": None if time else moment, "time": time}
    )[0]
    return Memory(number, first, last, lost_before=before, lost_since=since)


def _change(row: tuple[Any, ...]) -> Change:
    """A change as the plan document would tell it, which core reads back."""
    address, action, reason, catalog, previous_address, previous_catalog, before, after = row
    return change_in(
        {
            "address": address,
            "previous_address": previous_address,
            "catalog": catalog,
            "previous_catalog": previous_catalog,
            "change": {
                "actions": action.split("-"),
                "before": before and parse(before),
                "after": after and parse(after),
                "replace_paths": [],
            },
            "action_reason": reason,
        }
    )


def _trace(row: tuple[Any, ...]) -> Trace:
    address, previous, owner, before = row
    at, was = Address.parse(address), previous and Address.parse(previous)
    found: Any = before and parse(before)
    return Trace(at, was, owner, Resource(was or at, found) if found else None)
