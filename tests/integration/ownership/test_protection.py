"""`protect: true` outlives its line: it is recorded live, and lifting it is a change of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.resource import Desired, Resource
from tapdb_ctl.core.schema import BASELINE
from tapdb_ctl.errors import RefusedError
from worlds import environment, tubes

if TYPE_CHECKING:
    from worlds import World

PROTECTION = Address("environment", "dev")


def saying(desired: Desired, *, protect: bool) -> Desired:
    wanted = Resource(PROTECTION, {"protect": protect}, (BASELINE,), within=None if protect else BASELINE)
    return replace(desired, resources={**desired.resources, PROTECTION: wanted}, protect=protect)


def test_it_stays_when_the_line_goes(each_world: World) -> None:
    each_world.converge(saying(environment(*tubes(2)), protect=True))
    assert each_world.value("SELECT protect FROM tapdb_meta") is True
    assert not each_world.plan(environment(*tubes(2))).changes
    with pytest.raises(RefusedError, match="PLN011"):
        each_world.converge(environment(*tubes(1)), "template")


def test_it_is_lifted_before_anything_goes(world: World) -> None:
    world.converge(saying(environment(*tubes(2)), protect=True))
    with pytest.raises(RefusedError, match="PLN011"):
        world.converge(saying(environment(*tubes(1)), protect=False), "template")
    report = world.converge(saying(environment(*tubes(2)), protect=False))
    assert (report.summary.changes, world.value("SELECT protect FROM tapdb_meta")) == (1, False)
    assert world.converge(saying(environment(*tubes(1)), protect=False), "template").summary.destroys == 1


def test_a_new_environment_needs_no_change_to_be_unprotected(world: World) -> None:
    plan = world.plan(saying(environment(*tubes(1)), protect=False))
    assert PROTECTION not in {planned.change.address for planned in plan.changes}
    world.apply(plan)
    assert not world.plan(saying(environment(*tubes(1)), protect=False)).changes
