"""update_many: each change is laid over what its row holds while that is locked, then one UPDATE writes a batch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from reprlib import repr as repr_short
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ARRAY, BIGINT, any_, bindparam, literal, select
from sqlalchemy.orm.attributes import flag_modified

from tapdb_ctl.errors import Finding, InvalidInputError, NotFoundError
from tapdb_ctl.runtime import refs
from tapdb_ctl.runtime.bulk import exact, flushed
from tapdb_ctl.runtime.bulk.batches import batches
from tapdb_ctl.runtime.bulk.changing import Change, checked, malformed
from tapdb_ctl.runtime.bulk.refreshing import refresh
from tapdb_ctl.runtime.bulk.rows import located
from tapdb_ctl.runtime.drafts import as_json
from tapdb_ctl.runtime.judging import refusals
from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.session import context, writing
from tapdb_ctl.runtime.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.blueprints import Blueprint

_Ref = TypeVar("_Ref", bound=refs.Ref)


def updated(session: Session, changes: Mapping[_Ref, Mapping[str, Any]], *, merge: bool) -> list[str]:
    """The EUIDs of the instances that are not as they were, in the order of the changes.

    Raises InvalidInputError for what is no change and for all that break a schema, and NotFoundError for instances
    that are not there or deleted.
    """
    writing(session)
    wanted = _checked(changes)
    with session.begin_nested():
        named = refs.named(session, list(wanted))
        by_uuid = _by_uuid(named, list(wanted.values()))
        write = _through_flush if context(session).hooks.watch("update") else _at_once
        changed: set[int] = set()
        for batch in batches(sorted(by_uuid)):
            changed |= write(session, {uuid: by_uuid[uuid] for uuid in batch}, merge=merge)
        refresh(session, changed)
    return [one.euid for one in named if one.uuid in changed]


def _checked(changes: Mapping[_Ref, Mapping[str, Any]]) -> dict[_Ref, Change]:
    if not isinstance(changes, Mapping):
        raise InvalidInputError(malformed(f"{repr_short(changes)} is no mapping of instances to changes"))
    found = {ref: checked(given) for ref, given in changes.items()}
    if wrong := [located(it, refs.label(ref)) for ref, it in found.items() if isinstance(it, Finding)]:
        raise InvalidInputError(*wrong)
    return {ref: change for ref, change in found.items() if isinstance(change, Change)}


def _by_uuid(named: Sequence[refs.Named], changes: Sequence[Change]) -> dict[int, Change]:
    found = {one.uuid: change for one, change in zip(named, changes, strict=True)}
    if len(found) == len(named):
        return found
    uuids = [one.uuid for one in named]
    twice = dict.fromkeys(one.euid for one in named if uuids.count(one.uuid) > 1)
    raise InvalidInputError(*(Finding("RUN069", "an instance is to be changed twice", euid) for euid in twice))


_UUIDS = bindparam("uuids", type_=ARRAY(BIGINT))


def _at_once(session: Session, changes: Mapping[int, Change], *, merge: bool) -> set[int]:
    rows = session.execute(statement("bulk_lock").bindparams(_UUIDS), {"uuids": list(changes)}).all()
    _all_live(rows)
    templates = context(session).catalog.of_uuids(session, {row.template_uuid for row in rows})
    texts = [_text(row, changes[row.uuid], merge=merge) for row in rows]
    told = zip(rows, texts, strict=True)
    if wrong := [finding for row, text in told for finding in _refusals(row, text, templates[row.template_uuid])]:
        raise InvalidInputError(*wrong)
    return set(_sent(session, {row.uuid: text for row, text in zip(rows, texts, strict=True)}, changes))


def _sent(
    session: Session, texts: Mapping[int, str | None], changes: Mapping[int, Change] | None = None
) -> dict[int, datetime]:
    """Write documents, None for what stays, and of changes also the names and statuses; when each row was changed."""
    given = [changes[uuid] if changes else Change() for uuid in texts]
    values = {
        "uuids": [*texts],
        "names": json.dumps([change.name for change in given]),
        "statuses": json.dumps([change.bstatus for change in given]),
        "documents": f"[{','.join(text or 'null' for text in texts.values())}]",
    }
    return {row.uuid: row.modified_dt for row in session.execute(statement("bulk_update").bindparams(_UUIDS), values)}


def _text(row: Row[Any], change: Change, *, merge: bool) -> str | None:
    """What the row is to hold, as JSON; None where that stays."""
    if change.properties is None and change.json_addl is None:
        return None
    document = change.document(exact.loads(row.document), merge=merge)
    return exact.dumps(document or {}, lambda held: as_json(held, row.euid))


def _refusals(row: Row[Any], text: str | None, template: Blueprint) -> Iterator[Finding]:
    if text is not None and (judge := template.judge):
        yield from refusals(judge, text, f"{row.euid}: {row.name!r} of {template.code}")


def _through_flush(session: Session, changes: Mapping[int, Change], *, merge: bool) -> set[int]:
    """As objects, which the session judges, and shows to hooks."""
    locked = session.execute(statement("bulk_lock").bindparams(_UUIDS), {"uuids": list(changes)}).all()
    _all_live(locked)
    told = ((row.uuid, _text(row, changes[row.uuid], merge=merge)) for row in locked)
    texts = {uuid: text for uuid, text in told if text is not None}
    query = select(generic_instance).where(generic_instance.uuid == any_(literal(list(changes), ARRAY(BIGINT))))
    rows = session.scalars(query.order_by(generic_instance.uuid).execution_options(populate_existing=True)).all()
    for row in rows:
        _set(row, changes[row.uuid], texts.get(row.uuid))
    changed = {row.uuid for row in rows if session.is_modified(row)}
    with flushed.exactly(session, rows, texts, partial(_sent, session)):
        session.flush()
    return changed


def _set(row: generic_instance, change: Change, text: str | None) -> None:
    row.name = row.name if change.name is None else change.name
    row.bstatus = row.bstatus if change.bstatus is None else change.bstatus
    if text is not None and not exact.same(row.json_addl, held := json.loads(text)):
        row.json_addl = held
        flag_modified(row, "json_addl")  # to Python 0 and False are the same


def _all_live(rows: Sequence[Row[Any]]) -> None:
    if deleted := [row.euid for row in rows if row.is_deleted]:
        raise NotFoundError(*(Finding("RUN002", "there is no such instance", f"{euid} is deleted") for euid in deleted))
