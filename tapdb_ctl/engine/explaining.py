"""What a reviewer wants to know of each change: how far it reaches, and who made the difference."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.core.attribution import attributed
from tapdb_ctl.core.grading import grade

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapdb_ctl.core.plan import PlannedChange
    from tapdb_ctl.core.ports import Witness


def explained(planned: Sequence[PlannedChange], witness: Witness | None) -> tuple[PlannedChange, ...]:
    """The changes with their grade, whom they touch, and what moved since the last apply."""
    changes = [each.change for each in planned]
    pasts = witness.pasts(changes) if witness else {}
    impacts = witness.impacts(changes) if witness else {}
    return tuple(
        replace(
            each,
            grade=grade(each.change),
            impact=impacts.get(each.change.address),
            attribution=attributed(each.change, pasts.get(each.change.address)),
        )
        for each in planned
    )
