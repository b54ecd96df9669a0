"""What is said of a difference's cause, in plans and in reports of drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.attribution import Cause
from tapdb_ctl.core.drift import DRIFTED
from tapdb_ctl.views.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapdb_ctl.core.attribution import Touch
    from tapdb_ctl.core.jsonvalue import Path
    from tapdb_ctl.core.plan import PlannedChange

CAUSES = {
    Cause.MANIFESTS: "changed in manifests",
    Cause.DRIFT: "drifted",
    Cause.BOTH: "both",
    Cause.UNKNOWN: "unknown",
}

TOLD = 2
"""How many of those who touched something are named."""


def note(planned: PlannedChange, path: Path = ()) -> str:
    """`drifted, by NAME at TIME` for a part that did, nothing for any other."""
    why = planned.attribution
    if why is None or why.paths.get(path) not in DRIFTED:
        return ""
    return f"drifted{by([touch for touch in why.touches if _concerns(touch, path)])}"


def by(touches: Sequence[Touch]) -> str:
    """Who did it and when, the last first; only the audit log knows, and only of rows."""
    told = [f"by {printable(touch.by)} at {printable(touch.at)}" for touch in touches[:TOLD]]
    return ", " + (", ".join(told) or "by unknown") + (", and before" if len(touches) > TOLD else "")


def _concerns(touch: Touch, path: Path) -> bool:
    """Whether it changed this part; whoever inserted a row made all of it."""
    return not path or not touch.what or path[0] in touch.what
