"""soft_delete_many and restore: one UPDATE each, whose triggers take the edges along and bring them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ARRAY, BIGINT, any_, bindparam, literal, select

from tapdb_ctl.runtime import refs
from tapdb_ctl.runtime.bulk.refreshing import refresh
from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.session import context, writing
from tapdb_ctl.runtime.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.hooks import Event
    from tapdb_ctl.runtime.refs import Ref


def removed(session: Session, wanted: Iterable[Ref]) -> list[str]:
    """The EUIDs of those that were live until now, in order."""
    return _marked(session, wanted, "delete", is_deleted=True)


def restored(session: Session, wanted: Iterable[Ref]) -> list[str]:
    """The EUIDs of those that were deleted until now, in order."""
    return _marked(session, wanted, "update", is_deleted=False)


def _marked(session: Session, wanted: Iterable[Ref], event: Event, *, is_deleted: bool) -> list[str]:
    writing(session)
    names = refs.several(wanted)
    with session.begin_nested():
        euids = {named.uuid: named.euid for named in refs.named(session, names)}
        mark = _one_by_one if context(session).hooks.watch(event) else _at_once
        changed = mark(session, list(euids), is_deleted=is_deleted)
        refresh(session, changed, edges=True)
    return [euid for uuid, euid in euids.items() if uuid in changed]


_UUIDS = bindparam("uuids", type_=ARRAY(BIGINT))


def _at_once(session: Session, uuids: Sequence[int], *, is_deleted: bool) -> set[int]:
    values = {"uuids": uuids, "is_deleted": is_deleted}
    return set(session.execute(statement("bulk_delete").bindparams(_UUIDS), values).scalars())


def _one_by_one(session: Session, uuids: Sequence[int], *, is_deleted: bool) -> set[int]:
    """Through the session's flush, which calls the hooks."""
    query = select(generic_instance).where(
        generic_instance.uuid == any_(literal(uuids, ARRAY(BIGINT))), generic_instance.is_deleted.is_(not is_deleted)
    )
    locked = query.order_by(generic_instance.uuid).with_for_update(key_share=True)
    rows = session.scalars(locked.execution_options(populate_existing=True)).all()
    for row in rows:
        row.is_deleted = is_deleted
    session.flush()
    return {row.uuid for row in rows}
