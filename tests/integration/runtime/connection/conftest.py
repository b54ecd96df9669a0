"""Fixtures: a hot standby of `pg16`, and a database on both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from replicas import standby
from replicated import Pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pg_servers import Server


@pytest.fixture(scope="module")
def replica(pg16: Server, open_folder: Path) -> Iterator[Server]:
    """A hot standby of `pg16`."""
    with standby(pg16, open_folder) as port:
        yield replace(pg16, port=port)


@pytest.fixture
def pair(pg16: Server, replica: Server, runtime_database: Callable[[Server], str]) -> Pair:
    made = Pair(pg16, replica, runtime_database(pg16))
    made.catch_up()
    return made
