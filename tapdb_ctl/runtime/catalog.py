"""The templates that a process has met, kept until an apply moves the catalogue's revision.

One cheap question a transaction asks for the revision. LISTEN would spare it, and break behind poolers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import ARRAY, BIGINT, Text, bindparam

from tapdb_ctl.errors import Finding, NotFoundError
from tapdb_ctl.runtime.blueprints import Blueprint
from tapdb_ctl.runtime.codes import normal
from tapdb_ctl.runtime.drafts import Bases
from tapdb_ctl.runtime.statements import statement
from tapdb_ctl.versions import LATEST, version_order

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session, SessionTransaction

KEPT = 4
"""Revisions kept at once: transactions with older snapshots, and replicas that lag, look at older ones."""


@dataclass(slots=True)
class Shelf:
    """The blueprints of one revision, with all that their layouts and actions lead to."""

    by_code: dict[str, Blueprint] = field(default_factory=dict)
    by_uuid: dict[int, Blueprint] = field(default_factory=dict)
    bases: Bases = field(default_factory=Bases)

    def add(self, found: Sequence[Blueprint]) -> None:
        """Put blueprints on the shelf."""
        for blueprint in found:
            self.by_uuid[blueprint.uuid] = blueprint
            if not blueprint.is_deleted:
                self.by_code[blueprint.code] = blueprint

    def choose(self, wanted: str, found: Sequence[Blueprint]) -> None:
        """Decide what codes with `*` mean, whose versions are all among those found."""
        ordered = sorted(found, key=lambda blueprint: version_order(blueprint.version))
        latest = {_any_version(blueprint.code): blueprint for blueprint in ordered if not blueprint.is_deleted}
        asked = {wanted, *(child.code for blueprint in found for child in blueprint.children())}
        self.by_code |= {code: latest[code] for code in asked if code in latest}


def _any_version(code: str) -> str:
    return f"{code.rpartition('/')[0]}/{LATEST}"


class Catalog:
    """Blueprints by code and by uuid, shared by all sessions of one database; safe for threads."""

    def __init__(self) -> None:
        self._shelves: dict[str, Shelf] = {}
        self._lock = Lock()

    def clear(self) -> None:
        """Forget every template."""
        with self._lock:
            self._shelves = {}

    def blueprint(self, session: Session, code: str) -> Blueprint:
        """The live template of this code, with all that its layouts and actions lead to.

        Raises InvalidInputError for what is no code and NotFoundError where no live template has it.
        """
        wanted = normal(code)
        shelf = self.shelf(session)
        if wanted not in shelf.by_code:
            read = _read(session, codes=[wanted])
            shelf.add(read)
            shelf.choose(wanted, read)
        if (found := shelf.by_code.get(wanted)) is None:
            raise NotFoundError(Finding("RUN005", "no live template has this code", wanted, "tapdb show lists them"))
        return found

    def of_uuids(self, session: Session, uuids: Collection[int]) -> dict[int, Blueprint]:
        """The templates of these uuids, deleted ones too."""
        shelf = self.shelf(session)
        if missing := {uuid for uuid in uuids if uuid not in shelf.by_uuid}:
            shelf.add(_read(session, uuids=missing))
        return {uuid: shelf.by_uuid[uuid] for uuid in uuids if uuid in shelf.by_uuid}

    def shelf(self, session: Session) -> Shelf:
        """The shelf of the revision that this transaction sees; one of its own where it has changed templates.

        Like a query, it flushes what the session has changed.
        """
        if session.autoflush:
            session.flush()
        own: tuple[SessionTransaction, Shelf] | None = session.info.get(_OWN)
        if own and own[0] is session.get_transaction():
            return own[1]
        revision = _revision(session)
        with self._lock:
            if revision not in self._shelves:
                newest = list(self._shelves)[-KEPT + 1 :]
                self._shelves = {known: self._shelves[known] for known in newest} | {revision: Shelf()}
            return self._shelves[revision]

    def leave(self, session: Session) -> None:
        """Call it when the session's transaction has changed templates: it gets a shelf that no other sees."""
        if begun := session.get_transaction():
            session.info[_OWN] = begun, Shelf()

    def rewind(self, session: Session) -> None:
        """Call it when a savepoint is rolled back: some of what is on a shelf of its own may be undone."""
        if session.info.get(_OWN):
            self.leave(session)

    def rejoin(self, session: Session) -> None:
        """Call it when a transaction has ended; if it had a shelf of its own, the others may be wrong."""
        if session.info.pop(_OWN, None):
            self.clear()


_OWN = "tapdb.shelf"
_SEEN = "tapdb.revision"


def _revision(session: Session) -> str:
    """The catalogue's revision and who made it, asked for once a transaction; nothing where no apply has been."""
    transaction = session.get_transaction()
    known: tuple[SessionTransaction, str] | None = session.info.get(_SEEN)
    if known and transaction is not None and known[0] is transaction:
        return known[1]
    revision = str(session.execute(statement("catalog_revision")).scalar() or "")
    if begun := session.get_transaction():
        session.info[_SEEN] = begun, revision
    return revision


_BLUEPRINTS = (bindparam("codes", type_=ARRAY(Text)), bindparam("uuids", type_=ARRAY(BIGINT)))


def _read(session: Session, *, codes: Collection[str] = (), uuids: Collection[int] = ()) -> list[Blueprint]:
    values = {"codes": list(codes), "uuids": sorted(uuids)}
    rows = session.execute(statement("blueprints").bindparams(*_BLUEPRINTS), values)
    return [Blueprint(**{**row, "json_addl": json.loads(row["json_addl"])}) for row in rows.mappings()]
