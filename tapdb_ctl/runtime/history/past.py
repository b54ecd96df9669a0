"""Instances as they were at a time."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import ARRAY, BIGINT, DateTime, bindparam, column, text
from sqlalchemy.dialects.postgresql import JSONB

from tapdb_ctl.runtime.history.reach import require_history
from tapdb_ctl.runtime.moments import moment
from tapdb_ctl.runtime.refs import named
from tapdb_ctl.runtime.statements import statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import TextualSelect
    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.models.base import Document
    from tapdb_ctl.runtime.refs import Ref


@dataclass(frozen=True, slots=True)
class PastInstance:
    """An instance as it was, column by column.

    `modified_dt` is not logged: it is the time of the last change that the log knows, by the clock and so a little
    later than the column had it, and None where the log knows of none.
    """

    uuid: int
    euid: str
    euid_prefix: str
    euid_seq: int
    name: str
    polymorphic_discriminator: str
    category: str
    type: str
    subtype: str
    version: str
    template_uuid: int
    json_addl: Document
    bstatus: str
    is_singleton: bool
    is_deleted: bool
    created_dt: datetime
    modified_dt: datetime | None


def as_of(session: Session, ref: Ref, time: datetime, *, include_deleted: bool = False) -> PastInstance | None:
    """An instance as it was at a time, by the clock of the database.

    It is there from its `created_dt` on, when its transaction began. All else is dated statement by statement: a time
    between two statements of one transaction shows what was never committed alone. None where it did not exist yet, and
    where it was deleted then, unless deleted ones are included. Raises as `all_as_of` does.
    """
    (was,) = all_as_of(session, [ref], time, include_deleted=include_deleted)
    return was


def all_as_of(
    session: Session, refs: Sequence[Ref], time: datetime, *, include_deleted: bool = False
) -> list[PastInstance | None]:
    """Instances as they were, in order, read by one statement however many they are.

    Raises InvalidInputError for a time without a time zone, and NotFoundError where there is no such instance, then or
    now, or where the audit log no longer reaches back to the time.
    """
    if session.autoflush:
        session.flush()
    uuids = [known.uuid for known in named(session, refs)]
    require_history(session, uuids, moment(time))
    rows = session.execute(_statement(), {"uuids": uuids, "as_of": time})
    found = {row.uuid: PastInstance(*row) for row in rows}
    return [was if (was := found.get(uuid)) and (include_deleted or not was.is_deleted) else None for uuid in uuids]


@cache
def _statement() -> TextualSelect:
    whole = statement("history_as_of").text.format(undone=statement("history_undone").text)
    bound = bindparam("uuids", type_=ARRAY(BIGINT)), bindparam("as_of", type_=DateTime(timezone=True))
    columns = (column(field.name, JSONB if field.name == "json_addl" else None) for field in fields(PastInstance))
    return text(whole).bindparams(*bound).columns(*columns)
