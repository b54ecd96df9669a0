"""Promise 9: every difference says whether the manifests changed, or somebody at the database, and who."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.attribution import Cause
from worlds import environment, tubes

if TYPE_CHECKING:
    from tapdb_ctl.core.plan import Plan
    from worlds import World

TUBES = environment(*tubes(4))
CHANGED = environment(*tubes(4)[:2], *tubes(4, name="new")[2:])
EDITS = """
    SET session.current_username = 'jane';
    UPDATE generic_template SET bstatus = 'odd' WHERE subtype IN ('t1', 't3');
"""


def told(plan: Plan) -> dict[str, tuple[Cause, list[str]]]:
    """The cause of each difference, and who is named for it."""
    named = ((p.change.address.name.split("/")[2], p.attribution) for p in plan.changes)
    return {name: (why.cause, [touch.by for touch in why.touches]) for name, why in named if why}


def test_every_difference_says_who_made_it(each_world: World) -> None:
    each_world.converge(TUBES)
    each_world.sql(EDITS)
    plan = each_world.plan(CHANGED)
    assert told(plan) == {
        "t1": (Cause.DRIFT, ["jane"]),
        "t2": (Cause.MANIFESTS, []),
        "t3": (Cause.BOTH, ["jane"]),
    }
    each_world.apply(plan)
    assert not each_world.plan(CHANGED).changes


def test_an_apply_is_no_drift(world: World) -> None:
    """What an apply wrote is in the audit log like anybody's edit, and is told from it."""
    world.converge(TUBES)
    world.converge(CHANGED)
    world.sql("SET session.current_username = 'jane'; UPDATE generic_template SET name = 'mine' WHERE subtype = 't2'")
    assert told(world.plan(CHANGED)) == {"t2": (Cause.DRIFT, ["jane"])}
