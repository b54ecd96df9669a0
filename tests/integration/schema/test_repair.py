"""Every difference between the live schema and ours is seen, repaired by one apply, and then gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mutations import MUTATIONS
from worlds import environment, tubes

if TYPE_CHECKING:
    from worlds import World

DESIRED = environment(*tubes(2))


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_is_seen_repaired_and_gone(each_world: World, name: str) -> None:
    mutation = MUTATIONS[name]
    each_world.converge(DESIRED)
    each_world.sql(mutation.sql)
    plan = each_world.plan(DESIRED)
    assert [str(planned.change.address) for planned in plan.changes] == [mutation.address]
    each_world.apply(plan, *mutation.consent)
    assert not each_world.plan(DESIRED).changes
