"""Converged databases to damage: each a clone of one that was built once for a server and is never touched."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from repairing import DESIRED
from worlds import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pg_servers import Server

_numbers = count(1)


@pytest.fixture(scope="session")
def originals() -> Callable[[Server], World]:
    """The database of a server that holds DESIRED and nothing else."""
    made: dict[int, World] = {}

    def original(server: Server) -> World:
        if server.major not in made:
            server.run("CREATE DATABASE original TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
            made[server.major] = World(server, "original")
            made[server.major].converge(DESIRED)
        return made[server.major]

    return original


@pytest.fixture
def cloned(originals: Callable[[Server], World]) -> Iterator[Callable[[Server], World]]:
    """A factory of clones, dropped after the test."""
    made: list[World] = []

    def clone(server: Server) -> World:
        name = f"clone_{next(_numbers)}"
        server.run(f"CREATE DATABASE {name} TEMPLATE {originals(server).database} STRATEGY file_copy")
        made.append(World(server, name))
        return made[-1]

    yield clone
    for world in made:
        world.server.run(f"DROP DATABASE {world.database} WITH (FORCE)")


@pytest.fixture
def original(server: Server, originals: Callable[[Server], World]) -> World:
    """What every clone began as."""
    return originals(server)


@pytest.fixture
def clone(server: Server, cloned: Callable[[Server], World]) -> World:
    """A database to damage, on each version in turn."""
    return cloned(server)


@pytest.fixture
def clone16(pg16: Server, cloned: Callable[[Server], World]) -> World:
    """A database to damage, on the version that tapdb embeds by default."""
    return cloned(pg16)


@pytest.fixture
def spare() -> list[World]:
    """Clones that are whole again and may be damaged once more."""
    return []
