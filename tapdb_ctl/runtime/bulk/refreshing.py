"""After statements that change rows behind the ORM's back: what the session holds of them is read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ARRAY, BIGINT, any_, literal, select
from sqlalchemy.orm.attributes import instance_state

from tapdb_ctl.runtime.models import generic_instance, generic_instance_lineage

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session


def refresh(session: Session, uuids: Collection[int], *, edges: bool = False) -> None:
    """Read the session's objects of these instances again, and all its edges where those may have changed along.

    One statement for each of the two, none where the session holds no such object. Objects are read rather than
    expired, since an expired one of an AsyncSession cannot be read by looking at it.
    """
    _read(session, generic_instance, set(uuids))
    if edges:
        _read(session, generic_instance_lineage, None)


def _read(
    session: Session, table: type[generic_instance | generic_instance_lineage], uuids: Collection[int] | None
) -> None:
    known = session.identity_map.keys()
    keys = [key for key in known if key[0] is table and (uuids is None or key[1][0] in uuids)]
    if keys:
        query = select(table).where(table.uuid == any_(literal([key[1][0] for key in keys], ARRAY(BIGINT))))
        rows = session.scalars(query.execution_options(populate_existing=True)).all()
        # As it does after UPDATEs of its own: should the savepoint be rolled back, they are read once more.
        session._register_altered(map(instance_state, rows))  # noqa: SLF001 - SQLAlchemy lets nobody else say so
