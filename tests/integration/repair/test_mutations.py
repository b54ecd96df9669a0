"""Sixteen mutations: each is seen, repaired by one apply, and then gone; pgmig sees the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mutations import MUTATIONS
from oracle import differences
from repairing import DESIRED, is_whole

if TYPE_CHECKING:
    from worlds import World


def test_nothing_is_seen_where_nothing_differs(clone: World, original: World) -> None:
    assert not differences(clone, original)
    assert is_whole(clone)


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_is_seen_repaired_and_gone(clone: World, original: World, name: str) -> None:
    mutation = MUTATIONS[name]
    clone.sql(mutation.sql)
    assert differences(clone, original)
    plan = clone.plan(DESIRED)
    assert [str(planned.change.address) for planned in plan.changes] == [mutation.address]

    clone.apply(plan, *mutation.consent)
    assert not differences(clone, original)
    assert is_whole(clone)
