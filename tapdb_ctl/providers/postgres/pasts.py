"""What the last apply left of things that differ now, and who has had a hand in templates since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from tapdb_ctl.core.attribution import Past, Touch
from tapdb_ctl.core.change import Update, before, previous_address
from tapdb_ctl.core.jsonvalue import parse, same
from tapdb_ctl.errors import DatabaseError
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.change import Change
    from tapdb_ctl.providers.postgres.schema.shipped import Shipped
    from tapdb_ctl.providers.postgres.session import Session

PATIENCE = 5.0
"""Seconds that the search of the audit log may take, which may be large."""

_UNTOLD = ("42", "57014")
"""SQLSTATE of tables that may not be read, are not there or lack a column, and of a question that took too long."""


class _Entry(NamedTuple):
    """What the ledger says last of an address: a document, or None where nothing was left; when, and by which xid."""

    document: str | None
    at: Any
    xid: str


def pasts(session: Session, changes: Sequence[Change], shipped: Shipped) -> Mapping[Address, Past]:
    """The past of each change, as far as the ledger and the audit log tell; damaged ones tell nothing."""
    addresses = [str(_was(change)) for change in changes]
    rows = _told(session, "last_applied", {"addresses": addresses})
    built = any(at is None and document == shipped.digest for at, document, *_ in rows)
    entries = {at: _Entry(*entry) for at, *entry in rows if at}
    left: dict[Address, Past] = {}
    for change, address in zip(changes, addresses, strict=True):
        if rows and (past := _past(change, entries.get(address), shipped, built=built)):
            left[change.address] = past
    return left | _touched(session, changes, left, entries)


def _was(change: Change) -> Address:
    return previous_address(change) or change.address


def _past(change: Change, entry: _Entry | None, shipped: Shipped, *, built: bool) -> Past | None:
    """What the schema that was built holds, if that is ours; else what the ledger says.

    Where the ledger says nothing of what comes by apply alone, there was nothing; an apply leaves a prefix in one form
    only. What came with another schema, or is found by chance as it is declared, is in no ledger.
    """
    at = change.address
    if built and at in shipped.resources:
        return Past(shipped.resources[at].attributes)
    if entry:
        document: Any = entry.document and parse(entry.document)
        return Past(document)
    match change:
        case Update(after=after) if at.type == "prefix":
            return Past(after.document)
        case Update() if at.type == "identity":
            return None
    return None if at in shipped.resources else Past(None)


def _touched(
    session: Session, changes: Iterable[Change], left: Mapping[Address, Past], entries: Mapping[str, _Entry]
) -> dict[Address, Past]:
    """The pasts of templates that drifted, with those who touched them; the log is not asked about others."""
    drifted = {str(_was(c)): c.address for c in changes if _has_moved(c, left.get(c.address))}
    known = {at: entries[at] for at in drifted if at in entries}
    if not known:
        return {}
    values = {
        "codes": [at.removeprefix("template.") for at in known],
        "since": [entry.at for entry in known.values()],
        "xids": [entry.xid for entry in known.values()],
    }
    touches: dict[Address, list[Touch]] = defaultdict(list)
    for code, by, at, columns in _told(session, "touches", values, PATIENCE):
        touches[drifted[f"template.{code}"]].append(Touch(by or "unknown", at, tuple(columns)))
    return {at: replace(left[at], touches=tuple(found)) for at, found in touches.items()}


def _has_moved(change: Change, past: Past | None) -> bool:
    """Whether it is a row that somebody must have touched since it was applied."""
    if past is None or past.document is None or change.address.type != "template":
        return False
    live = before(change)
    return live is None or not same(live.document, past.document)


def _told(session: Session, name: str, values: Mapping[str, Any], seconds: float = 0) -> list[tuple[Any, ...]]:
    """The rows of a query, none where its tables cannot be read: a plan does not depend on what they tell."""
    try:
        return session.tried(query(name), values, seconds=seconds)
    except DatabaseError as error:
        if not (error.sqlstate or "").startswith(_UNTOLD):
            raise
        return []
