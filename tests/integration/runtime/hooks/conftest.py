"""What hooks were called with, as text; and how many statements a connection has sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

if TYPE_CHECKING:
    from tapdb_ctl import TAPDBConnection
    from tapdb_ctl.runtime.hooks import Event, When

EVENTS: tuple[Event, ...] = ("create", "update", "delete", "link")


class Heard(list[str]):
    """`before create T1` and so on; an edge by its relationship."""

    def listen(self, db: TAPDBConnection, *events: Event) -> None:
        for what in events or EVENTS:
            for when in ("before", "after"):
                db.hooks.on(when, what)(self._hook(when, what))

    def _hook(self, when: When, what: Event) -> Any:
        def hear(_: Any, subject: Any) -> None:
            named = subject.relationship_type or "generic" if what == "link" else subject.name
            self.append(f"{when} {what} {named}")
            assert (when == "before" and what in ("create", "link")) != (subject.uuid is not None)

        return hear


@pytest.fixture
def heard(db: TAPDBConnection) -> Heard:
    """All events of `db`."""
    heard = Heard()
    heard.listen(db)
    return heard


@pytest.fixture
def said(db: TAPDBConnection) -> list[str]:
    """The statements that `db` sends."""
    said: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    return said
