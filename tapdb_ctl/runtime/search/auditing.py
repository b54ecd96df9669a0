"""Searching the audit log: what was done to which row, by whom, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, select

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.models import (
    audit_log,
    generic_instance,
    generic_instance_lineage,
    generic_template,
    tapdb_core,
)
from tapdb_ctl.runtime.search import values
from tapdb_ctl.runtime.search.filters import between
from tapdb_ctl.runtime.search.order import Order
from tapdb_ctl.runtime.search.searching import Search
from tapdb_ctl.runtime.search.spelling import spelt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

Audited: TypeAlias = Literal["generic_template", "generic_instance", "generic_instance_lineage"]
"""A table whose changes are logged."""

Operation: TypeAlias = Literal["INSERT", "UPDATE", "DELETE"]

_KINDS: dict[Audited, type[tapdb_core]] = {
    "generic_template": generic_template,
    "generic_instance": generic_instance,
    "generic_instance_lineage": generic_instance_lineage,
}

_OPERATIONS: tuple[Operation, ...] = ("INSERT", "UPDATE", "DELETE")
_Named = TypeVar("_Named", bound=str)


def audit(  # noqa: PLR0913 - each is a filter
    session: Session,
    *,
    table: Audited | None = None,
    record: tapdb_core | str | int | None = None,
    actor: str | None = None,
    operation: Operation | None = None,
    column: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    descending: bool = False,
) -> Search[audit_log]:
    """What the log says, from `since`, included, to `until`, excluded.

    `record` is a row of any audited table, its EUID, or its uuid in `table`, an instance's by default. Its history is
    in the order of writing; else rows are in the order of `changed_at`, when the changes were made; 0.1.13 dated them
    by the beginning of their transactions. Raises InvalidInputError for a misspelt EUID, with a hint at those that the
    log knows, for times without a time zone, and for a table or an operation that is not logged; case does not matter
    in them.
    """
    table, operation = _logged("table", table, _KINDS), _logged("operation", operation, _OPERATIONS)
    conditions = [
        *([] if record is None else [audit_log.rel_table_euid_fk == _euid(session, record, table)]),
        *_equal(rel_table_name=table, changed_by=actor, operation_type=operation, column_name=column),
        *between(audit_log.changed_at, since, until),
    ]
    # Of two transactions on one row, the one that began first may have waited for the other.
    order = Order(audit_log.uuid.expression, audit_log.changed_at.expression if record is None else None, descending)
    return Search(session, audit_log, order, tuple(conditions))


def _euid(session: Session, record: tapdb_core | str | int, table: Audited | None) -> str | ColumnElement[str]:
    """The log is indexed by EUID alone, so that a uuid is looked up on the way."""
    if isinstance(record, tapdb_core):
        return record.euid
    if isinstance(record, str):
        return spelt(session, record, audit_log.rel_table_euid_fk)
    kind = _KINDS[table or "generic_instance"]
    return select(kind.euid).where(kind.uuid == record).scalar_subquery()


def _logged(what: str, named: str | None, known: Iterable[_Named]) -> _Named | None:
    """The table or operation that a name means."""
    if named is None:
        return None
    for each in known:
        if str(named).upper() == each.upper():
            return each
    raise InvalidInputError.of("RUN100", "the audit log knows no such thing", f"{what}={named!r}", " or ".join(known))


def _equal(**wanted: str | None) -> Iterator[ColumnElement[bool]]:
    for name, value in wanted.items():
        if value is not None:
            yield getattr(audit_log, name) == values.text(value)
