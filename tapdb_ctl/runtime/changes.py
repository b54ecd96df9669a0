"""What a flush of a session would do to instances and edges, in the words of hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import inspect

from tapdb_ctl.runtime.models import generic_instance, generic_instance_lineage, generic_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.hooks import Event


class Change(NamedTuple):
    """An instance or an edge in a session, and what a flush would do to it."""

    event: Event
    row: generic_instance | generic_instance_lineage

    @property
    def key(self) -> tuple[Event, int]:
        """What tells it from others; rows themselves may be equal by an application's rules."""
        return self.event, id(self.row)


def changes(session: Session) -> list[Change]:
    """What is waiting in the session, in the order in which it got there; UPDATEs of edges are nobody's event."""
    return [
        *(Change("create", row) for row in session.new if isinstance(row, generic_instance)),
        *(Change("link", row) for row in session.new if isinstance(row, generic_instance_lineage)),
        *(Change(_event(row), row) for row in _updated(session)),
        *(Change("delete", row) for row in session.deleted if isinstance(row, generic_instance)),
    ]


def touched_templates(session: Session) -> list[generic_template]:
    """The templates that a flush would write."""
    rows = (*session.new, *session.dirty, *session.deleted)
    return [row for row in rows if isinstance(row, generic_template)]


def _updated(session: Session) -> Iterator[generic_instance]:
    for row in session.dirty:
        if isinstance(row, generic_instance) and session.is_modified(row, include_collections=False):
            yield row


def _event(row: generic_instance) -> Event:
    return "delete" if True in (inspect(row).attrs.is_deleted.history.added or ()) else "update"
