"""What the behaviours share: an application of daylily-tapdb 0.1.13, and the register of what it does.

This folder runs as `python driver ENDPOINT` in a virtualenv that holds the published library and nothing of ours.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from daylily_tapdb import InstanceFactory, TAPDBConnection, TemplateManager, generic_template
from daylily_tapdb.models.audit import audit_log
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

PLATE, TUBE, IMPORTED = (f"{kind}/compat/1.0" for kind in ("container/plate", "container/tube", "data/imported"))

SILENT = {"created_dt", "modified_dt", "json_addl"}
"""Columns whose values are not told, since they differ from run to run or are long."""

behaviours: dict[str, Callable[[App], Any]] = {}
"""By what they show, in the order in which they run; each gives a value that JSON holds."""


def behaviour(shows: str) -> Callable[[Callable[[App], Any]], Callable[[App], Any]]:
    def register(function: Callable[[App], Any]) -> Callable[[App], Any]:
        behaviours[shows] = function
        return function

    return register


@dataclass
class App:
    """The library as an application holds it: one connection, one template manager, one factory."""

    db: TAPDBConnection
    templates: TemplateManager = field(default_factory=TemplateManager)
    factory: InstanceFactory = field(init=False)

    def __post_init__(self) -> None:
        self.factory = InstanceFactory(self.templates)

    @contextmanager
    def session(self, *, commit: bool = True) -> Iterator[Session]:
        with self.db.session_scope(commit=commit) as session:
            yield session

    def create(self, session: Session, code: str, name: str = "it", **options: Any) -> Any:
        return self.factory.create_instance(session, code, name, **options)

    def tubes(self, session: Session, count: int) -> list[Any]:
        return [self.create(session, TUBE, f"tube {number}") for number in range(count)]

    def template(self, session: Session, subtype: str, **changed: Any) -> Any:
        """A template as an application adds one by itself."""
        wanted = {
            "name": subtype,
            "polymorphic_discriminator": "generic_template",
            "category": "generic",
            "type": "added",
            "subtype": subtype,
            "version": "1.0",
            "instance_prefix": "GX",
            "bstatus": "active",
            "is_singleton": False,
            "json_addl": {},
        }
        made = generic_template(**{**wanted, **changed})
        session.add(made)
        session.flush()
        return made


def refusal(session: Session, work: Callable[[], Any]) -> str:
    """The library's error class and the server's code for what is refused, or "accepted"; the transaction goes on."""
    savepoint = session.begin_nested()
    try:
        work()
        session.flush()
    except DBAPIError as error:
        savepoint.rollback()
        return f"{type(error).__name__} {error.orig.pgcode}"
    savepoint.commit()
    return "accepted"


def history(session: Session, thing: Any, after: int = 0) -> list[str]:
    """What the audit says of a row, in order; without the first `after` entries."""
    session.flush()
    rows = session.query(audit_log).filter_by(rel_table_euid_fk=thing.euid).order_by(audit_log.uuid)
    return [_told(row) for row in rows][after:]


def _told(row: audit_log) -> str:
    if row.operation_type == "UPDATE" and row.column_name not in SILENT:
        return f"UPDATE {row.column_name}: {row.old_value} -> {row.new_value}"
    return " ".join(filter(None, (row.operation_type, row.column_name)))


def scalar(session: Session, query: str, **values: Any) -> Any:
    return session.execute(text(query), values).scalar()


def reloaded(session: Session, thing: Any) -> Any:
    """The same row as a new session would find it."""
    session.flush()
    session.expire_all()
    return session.get(type(thing), thing.uuid)
