"""Whatever is damaged together, one apply repairs all of it, or the plan says what it cannot repair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from damages import DAMAGES, OBJECTS, dropped
from repairing import DESIRED, SCHEMA, errors, inflict, is_whole, repair
from tapdb_ctl.core.address import Address
from tapdb_ctl.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pg_servers import Server
    from worlds import World

EVERY = [(at, dropped(at)) for at in sorted(OBJECTS)] + [each for damage in DAMAGES.values() for each in damage()]
UNREPAIRABLE = {"PG025", "PG040", "PG045", "PG049"}


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage=st.lists(st.sampled_from(EVERY), min_size=1, max_size=6))
def test_one_apply_repairs_all(
    pg16: Server, cloned: Callable[[Server], World], spare: list[World], damage: list[tuple[Address, str]]
) -> None:
    world = spare.pop() if spare else cloned(pg16)
    inflict(world, damage)
    told = _errors(world)
    if told - {"PG049"}:
        assert told <= UNREPAIRABLE
        return
    repair(world)
    assert not world.plan(DESIRED, SCHEMA).changes
    if is_whole(world):
        spare.append(world)


def _errors(world: World) -> set[str]:
    try:
        return set(errors(world.plan(DESIRED)).values())
    except DatabaseError as error:
        return {finding.code for finding in error.findings}
