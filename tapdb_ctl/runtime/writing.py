"""Writes drafts and edges: sets of rows, one statement a set, whatever the driver."""

from __future__ import annotations

import json
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ARRAY, BIGINT, bindparam, column

from tapdb_ctl.runtime.refs import Named
from tapdb_ctl.runtime.session import writing
from tapdb_ctl.runtime.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import TextClause, TextualSelect
    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.drafts import Draft
    from tapdb_ctl.runtime.models import generic_instance_lineage


class Made(NamedTuple):
    """What the database gave a row."""

    uuid: int
    euid: str
    euid_seq: int
    created_dt: datetime
    modified_dt: datetime | None

    @property
    def columns(self) -> dict[str, object]:
        """The values by their columns."""
        return {**self._asdict(), "euid_prefix": self.euid.partition("-")[0]}


class Edge(NamedTuple):
    """An edge to be written; `row` is the object that hooks saw, None where there are no hooks."""

    parent: Named
    child: Named
    relationship: str
    row: generic_instance_lineage | None = None

    @property
    def name(self) -> str:
        """What TAPDB calls it."""
        return f"{self.parent.euid}->{self.child.euid}"


@cache
def _written(name: str) -> TextClause:
    """The statement, told which values are arrays of numbers; the others are JSON, which all drivers send alike."""
    found = statement(name)
    numbers = {"templates", "parents", "children"} & found.compile().params.keys()
    return found.bindparams(*(bindparam(array, type_=ARRAY(BIGINT)) for array in numbers))


def _texts(values: Iterable[str | None]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def _made(session: Session, name: str, values: dict[str, Any]) -> list[Made]:
    """What the statement gave to its rows, in order."""
    writing(session)
    uuids, euids, numbers, created, modified = session.execute(_written(name), values).one()
    return list(map(Made, uuids, euids, numbers, repeat(created), repeat(modified)))


def insert_drafts(session: Session, drafts: Sequence[Draft]) -> list[Made]:
    """Write instances whose names are known, with one statement; what they were given, in order."""
    if len(drafts) == 1:
        return [_insert_alone(session, drafts[0])]
    values = {
        "names": _texts(draft.name for draft in drafts),
        "kinds": _texts(draft.blueprint.discriminator for draft in drafts),
        "templates": [draft.blueprint.uuid for draft in drafts],
        "documents": f"[{','.join([draft.text for draft in drafts])}]",
        "statuses": _texts(draft.status for draft in drafts),
    }
    return _made(session, "instances_insert", values)


def _insert_alone(session: Session, draft: Draft) -> Made:
    writing(session)
    blueprint = draft.blueprint
    values = {
        "name": draft.name,
        "kind": blueprint.discriminator,
        "category": blueprint.category,
        "type": blueprint.type,
        "subtype": blueprint.subtype,
        "version": blueprint.version,
        "template": blueprint.uuid,
        "document": draft.text,
        "status": draft.status,
        "is_singleton": blueprint.is_singleton,
    }
    return Made(*session.connection().execute(_alone(), values).one())


@cache
def _alone() -> TextualSelect:
    """With its columns named, the result need not be looked at each time: a third of what SQLAlchemy takes."""
    return statement("instance_insert").columns(*map(column, Made._fields))


def insert_edges(session: Session, edges: Sequence[Edge]) -> list[Made]:
    """Write edges with one statement; what they were given, in order."""
    if not edges:
        return []
    values = {
        "names": _texts(edge.name for edge in edges),
        "parents": [edge.parent.uuid for edge in edges],
        "children": [edge.child.uuid for edge in edges],
        "parent_kinds": _texts(edge.parent.kind for edge in edges),
        "child_kinds": _texts(edge.child.kind for edge in edges),
        "relationships": _texts(edge.relationship for edge in edges),
    }
    return _made(session, "edges_insert", values)


def insert_levels(session: Session, drafts: Sequence[Draft]) -> list[Made]:
    """Write parents and children, each draft after its parent; what they were given, in the order of the drafts.

    One statement for all whose names are known, which are all unless a name wants the EUID of a parent: then one a
    level.
    """
    if all(draft.name is not None for draft in drafts):
        return insert_drafts(session, drafts)
    made: dict[int, Made] = {}
    waiting = list(drafts)
    while waiting:
        ready = [draft for draft in waiting if _named(draft, made)]
        made.update(zip(map(id, ready), insert_drafts(session, ready), strict=True))
        waiting = [draft for draft in waiting if id(draft) not in made]
    return [made[id(draft)] for draft in drafts]


def _named(draft: Draft, made: dict[int, Made]) -> bool:
    """Whether the draft has a name, which it is given here once its parent is there."""
    if draft.name is None and (place := draft.place) and (parent := made.get(id(place.parent))):
        draft.name = place.name(parent.euid)
    return draft.name is not None


def places(drafts: Sequence[Draft], made: Sequence[Made]) -> list[Edge]:
    """The edges from parents to the children that they brought along."""
    if not any(draft.place for draft in drafts):
        return []
    known = {
        id(draft): Named(row.uuid, row.euid, draft.blueprint.discriminator, draft.blueprint.uuid)
        for draft, row in zip(drafts, made, strict=True)
    }
    return [
        Edge(known[id(draft.place.parent)], known[id(draft)], draft.place.child.relationship)
        for draft in drafts
        if draft.place
    ]
