"""Sequences of prefixes count by one, whatever somebody made of them; where they stand is nobody's to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from worlds import environment, tubes

if TYPE_CHECKING:
    from worlds import World

DESIRED = environment(*tubes(1))


@pytest.mark.parametrize(
    ("sequence", "address"),
    [("cx_instance_seq", "prefix.CX"), ("tad_audit_seq", "identity.audit_log")],
)
@pytest.mark.parametrize("altered", ["INCREMENT 7", "CYCLE", "CACHE 20", "MAXVALUE 1000000", "AS integer"])
def test_a_sequence_that_counts_otherwise_is_repaired(world: World, sequence: str, address: str, altered: str) -> None:
    world.converge(DESIRED)
    world.sql(f"SELECT setval('{sequence}', 500); ALTER SEQUENCE {sequence} {altered}")
    plan = world.plan(DESIRED)
    assert [str(planned.change.address) for planned in plan.changes] == [address]
    world.apply(plan)
    assert not world.plan(DESIRED).changes
    assert world.value(f"SELECT nextval('{sequence}')") == 501
