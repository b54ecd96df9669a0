"""What surrounds the flush of a session: an application's hooks, and the judging of what is to be written."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.orm.attributes import set_committed_value

from tapdb_ctl.runtime.changes import changes, touched_templates
from tapdb_ctl.runtime.fitting import fit
from tapdb_ctl.runtime.hooks import EVENTS, Hook, run, undone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.catalog import Catalog
    from tapdb_ctl.runtime.changes import Change
    from tapdb_ctl.runtime.hooks import Hooks

_HELD = "tapdb.held"


def flushed(session: Session, hooks: Hooks, catalog: Catalog, write: Callable[[], None]) -> None:
    """Flush: hooks before, judging, `write`, hooks after. Does nothing while the first two are under way.

    Raises InvalidInputError for instances that break the schema of their template, or are of an unknown class.
    """
    if session.info.get(_HELD):
        return
    with _held(session):
        waiting = _announced(session, hooks)
        templates = touched_templates(session)
        fit(session, catalog, waiting, templates)
    write()
    if templates:
        catalog.leave(session)
    with undone(session):
        _reported(session, hooks, waiting)


@contextmanager
def _held(session: Session) -> Iterator[None]:
    """Nothing is flushed inside: of what waits, some has not met its hooks."""
    session.info[_HELD] = True
    try:
        yield
    finally:
        session.info[_HELD] = False


def _announced(session: Session, hooks: Hooks) -> list[Change]:
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
    return changes(session)


def _reported(session: Session, hooks: Hooks, written: Sequence[Change]) -> None:
    """Call the hooks after; what was deleted says so, also where a trigger did it."""
    for event in EVENTS:
        rows = [change.row for change in written if change.event == event]
        if event == "delete":
            for row in rows:
                set_committed_value(row, "is_deleted", value=True)
        for hook in hooks.of("after", event) if rows else ():
            run(session, hook, rows)
