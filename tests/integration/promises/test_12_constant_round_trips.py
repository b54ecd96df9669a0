"""Promise 12: reading live state takes a fixed number of queries however many resources there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy import proxied
from worlds import environment, tubes

if TYPE_CHECKING:
    from worlds import World

GOAL = 14


def round_trips(world: World, count: int) -> int:
    """The queries of a plan in which half of the templates differ."""
    queries: list[bytes] = []
    desired = environment(*tubes(count // 2), *tubes(count, name="changed")[count // 2 :])
    with proxied(world.server.port, lambda message: queries.append(message[:1])) as port:
        assert len(world.with_port(port).plan(desired).changes) == count - count // 2
    return queries.count(b"Q")


def test_statements_do_not_grow_with_the_catalogue(world: World) -> None:
    world.converge(environment(*tubes(500)))
    many = round_trips(world, 500)
    world.converge(environment(*tubes(10)), "template")
    few = round_trips(world, 10)
    assert few == many <= GOAL
