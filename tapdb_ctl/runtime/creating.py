"""From drafts to instances: judged, written, loaded, with the application's hooks around."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.runtime import objects, watching, writing
from tapdb_ctl.runtime.hooks import undone
from tapdb_ctl.runtime.judging import judged
from tapdb_ctl.runtime.session import context

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.drafts import Draft
    from tapdb_ctl.runtime.models import generic_instance
    from tapdb_ctl.runtime.writing import Made


def created(session: Session, drafts: Sequence[Draft]) -> generic_instance:
    """Write a tree of drafts and give its root as an object."""
    session.flush()
    made = written(session, drafts)
    return objects.loaded(session, drafts[0], made[0])


def written(session: Session, drafts: Sequence[Draft], judge: Callable[[Sequence[Draft]], None] = judged) -> list[Made]:
    """Judge drafts and write them with their edges, and call the hooks around; objects are made for hooks alone.

    Raises InvalidInputError with all that is wrong with any, or what else `judge` raises.
    """
    hooks = context(session).hooks
    if watched := hooks.watch("create"):
        watching.announce(session, hooks, drafts)
    judge(drafts)
    made = writing.insert_levels(session, drafts)
    with undone(session):
        if watched:
            watching.settle(session, drafts, made)
        if edges := writing.places(drafts, made):
            watching.joined(session, hooks, edges)
        if watched:
            watching.report(session, hooks, drafts)
    return made
