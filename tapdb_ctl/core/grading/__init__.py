"""What a template's change means to live instances, and to code that makes and reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Adopt, Create, Delete, Replace, Update
from tapdb_ctl.core.grading.columns import notes
from tapdb_ctl.core.grading.kinds import Grade, Kind, graded

if TYPE_CHECKING:
    from tapdb_ctl.core.change import Change

__all__ = ["Grade", "Kind", "grade"]


def grade(change: Change) -> Grade | None:
    """The grade of a template's change; None for anything else.

    Compatible: nothing that instances or code rely on. Additive: all that was valid stays valid, more becomes
    possible. Breaking: something is taken away or narrowed, or cannot be shown not to be.
    """
    if change.address.type != "template":
        return None
    match change:
        case Create():
            return Grade(Kind.ADDITIVE, ("the template is new",))
        case Adopt():
            return Grade(Kind.COMPATIBLE, ("only its owner changes",))
        case Update():
            return graded(notes(change.before, change.after))
        case Delete():
            return Grade(Kind.BREAKING, ("it is retired: nothing more can be made from it",))
        case Replace():
            return Grade(Kind.BREAKING, ("it is destroyed and made anew",))
