"""What surrounds the flush of a session: an application's hooks, and the judging of what is to be written."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy.orm.attributes import set_committed_value

from tapdb_ctl.runtime.changes import changes, touched_templates
from tapdb_ctl.runtime.expecting import expect
from tapdb_ctl.runtime.fitting import fit
from tapdb_ctl.runtime.hooks import EVENTS, Hook, run, undone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy.orm import Session, SessionTransaction

    from tapdb_ctl.runtime.catalog import Catalog
    from tapdb_ctl.runtime.changes import Change
    from tapdb_ctl.runtime.hooks import Hooks

_HOLD = "tapdb.hold"


@dataclass(slots=True)
class Hold:
    """While hooks before a flush run, nothing is flushed: some of what waits has not met them yet.

    A savepoint has it written first, into `released`, since rolling back would take along what waits. Inside the
    savepoint nothing is held.
    """

    savepoint: SessionTransaction | None
    released: list[Change] = field(default_factory=list)


def flushed(session: Session, hooks: Hooks, catalog: Catalog, write: Callable[[], None]) -> None:
    """Flush: hooks before, judging, `write`, hooks after; nothing while the session is on hold.

    Raises InvalidInputError for instances that break the schema of their template or are of an unknown class, and for
    edges that templates do not expect.
    """
    if _hold(session):
        return
    with _holding(session) as hold:
        _announce(session, hooks)
    waiting = changes(session)
    _write(session, catalog, waiting, write)
    with undone(session):
        _report(session, hooks, [*hold.released, *waiting])


def release(session: Session, catalog: Catalog, write: Callable[[], None]) -> None:
    """Write what waits if the session is on hold; to be called before a savepoint."""
    if hold := _hold(session):
        hold.released += (waiting := changes(session))
        _write(session, catalog, waiting, write)


def _hold(session: Session) -> Hold | None:
    hold: Hold | None = session.info.get(_HOLD)
    return hold if hold and hold.savepoint is session.get_nested_transaction() else None


@contextmanager
def _holding(session: Session) -> Iterator[Hold]:
    outer = session.info.get(_HOLD)
    hold = session.info[_HOLD] = Hold(session.get_nested_transaction())
    try:
        yield hold
    finally:
        session.info[_HOLD] = outer


def _write(session: Session, catalog: Catalog, waiting: Sequence[Change], write: Callable[[], None]) -> None:
    templates = touched_templates(session)
    with session.no_autoflush:
        fit(session, catalog, waiting, templates)
        expect(session, catalog, waiting, templates)
    write()
    if templates:
        catalog.leave(session)


def _announce(session: Session, hooks: Hooks) -> None:
    """Call the hooks before. What they change or add is announced as well, but not to the hooks that led to it."""
    batches: list[tuple[list[Change], tuple[Hook, ...]]] = [(changes(session), ())]
    seen = {change.key for change in batches[0][0]}
    for batch, authors in batches:
        for event in EVENTS:
            rows = [change.row for change in batch if change.event == event]
            for hook in hooks.of("before", event) if rows else ():
                if hook not in authors:
                    run(session, hook, rows)
                    fresh = [change for change in changes(session) if change.key not in seen]
                    seen.update(change.key for change in fresh)
                    batches.append((fresh, (*authors, hook)))


def _report(session: Session, hooks: Hooks, written: Sequence[Change]) -> None:
    """Call the hooks after; what was deleted says so, also where a trigger did it."""
    for event in EVENTS:
        rows = [change.row for change in written if change.event == event]
        if event == "delete":
            for row in rows:
                set_committed_value(row, "is_deleted", value=True)
        for hook in hooks.of("after", event) if rows else ():
            run(session, hook, rows)
