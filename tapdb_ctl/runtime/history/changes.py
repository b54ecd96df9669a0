"""What happened to an instance, as the audit log has it."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.refs import named
from tapdb_ctl.runtime.statements import statement

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.refs import Ref


class Change(NamedTuple):
    """One change: `operation` is INSERT, without values, UPDATE of one column, or DELETE, whose `old` is the whole row.

    A deleted instance that came back was UPDATEd: `is_deleted` is False again. Values have the column's type.
    """

    time: datetime
    actor: str | None
    operation: str
    column: str | None
    old: Any
    new: Any


_PARSERS: dict[type, Callable[[str], Any]] = {
    bool: lambda text: text.startswith("t"),
    int: int,
    datetime: datetime.fromisoformat,
    dict: json.loads,
    object: json.loads,  # what JSON is to SQLAlchemy from 2.1 on
}


def history(session: Session, ref: Ref) -> list[Change]:
    """The changes of an instance, deleted or not, oldest first; what was retired from the audit log is not among them.

    Raises NotFoundError where there is no such instance.
    """
    ((_, euid, *_),) = named(session, [ref])
    changes = [_change(*row) for row in session.execute(statement("history_changes"), {"euid": euid})]
    return [change for change in changes if change.operation != "UPDATE" or change.old != change.new]


def _change(
    time: datetime, actor: str | None, operation: str, column: str | None, old: str | None, new: str | None
) -> Change:
    if column is None:
        return Change(time, actor, operation, None, None if old is None else json.loads(old), None)
    return Change(time, actor, operation, column, _parsed(column, old), _parsed(column, new))


def _parsed(column: str, text: str | None) -> object:
    """The value of a column; text where the column is gone, or was written in a date style that is not ISO's."""
    if text is not None and column in generic_instance.__table__.c:
        with suppress(ValueError):
            return _PARSERS.get(generic_instance.__table__.c[column].type.python_type, str)(text)
    return text
