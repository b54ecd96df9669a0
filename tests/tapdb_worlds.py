"""Fixtures: a `world` on each PostgreSQL version, or on the one that tapdb embeds by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from folders import Folder
from worlds import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pg_servers import Server


@pytest.fixture
def world(pg16: Server, fresh_database: Callable[[Server], str]) -> World:
    """An empty database on PostgreSQL 16."""
    return World(pg16, fresh_database(pg16))


@pytest.fixture
def each_world(server: Server, fresh_database: Callable[[Server], str]) -> World:
    """An empty database on each version in turn."""
    return World(server, fresh_database(server))


@pytest.fixture
def folder(tmp_path: Path, world: World) -> Folder:
    """A project folder whose environment is `world`'s database."""
    return Folder(tmp_path, world)
