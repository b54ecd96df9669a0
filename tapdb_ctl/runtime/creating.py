"""From drafts to instances: judged, written, loaded, with the application's hooks around."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.runtime import writing
from tapdb_ctl.runtime.judging import judged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.drafts import Draft
    from tapdb_ctl.runtime.models import generic_instance
    from tapdb_ctl.runtime.writing import Made


def created(session: Session, drafts: Sequence[Draft]) -> generic_instance:
    """Write a tree of drafts and give its root as an object."""
    session.flush()
    root = writing.new_object(drafts[0])
    made = written(session, drafts)
    return writing.loaded(session, drafts[0], made[0], root)


def written(session: Session, drafts: Sequence[Draft]) -> list[Made]:
    """Judge drafts and write them with their edges; raises InvalidInputError with all that is wrong with any."""
    for blueprint in {draft.blueprint.uuid: draft.blueprint for draft in drafts}.values():
        writing.mapper(blueprint)
    judged(drafts)
    made = writing.insert_levels(session, drafts)
    writing.insert_places(session, drafts, made)
    return made
