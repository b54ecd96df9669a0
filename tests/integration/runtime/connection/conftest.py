"""Fixtures: a project folder, and a hot standby of `pg16`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from declaring import declare
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


@pytest.fixture
def dev(
    tmp_path: Path, pg16: Server, runtime_database: Callable[[Server], str], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder with manifests/ for the environment dev, whose database has the templates."""
    monkeypatch.setenv("SECRET_OF_A_TEST", pg16.password)
    place = {"host": pg16.host, "port": pg16.port, "user": pg16.user, "password": "{env: SECRET_OF_A_TEST}"}
    declare(tmp_path, "dev", runtime_database(pg16), engine="postgres", **place)
    return tmp_path
