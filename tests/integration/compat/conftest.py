"""The published 0.1.13 at work in its own schema and in ours, once for each PostgreSQL version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from folders import Folder
from upstream_runs import Upstream, packs
from worlds import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pg_servers import Server


class Seen(NamedTuple):
    """By behaviour, what the library showed in its own schema and in ours."""

    theirs: dict[str, Any]
    ours: dict[str, Any]


@pytest.fixture(scope="session")
def observe(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Server], Seen]:
    seen: dict[int, Seen] = {}

    def both(server: Server) -> Seen:
        if server.major not in seen:
            seen[server.major] = _observe(server, tmp_path_factory.mktemp(f"compat-{server.major}"))
        return seen[server.major]

    return both


@pytest.fixture
def seen(server: Server, observe: Callable[[Server], Seen]) -> Seen:
    return observe(server)


def _observe(server: Server, folder: Path) -> Seen:
    catalog = packs(folder / "templates" / "lab")
    for database in ("compat_theirs", "compat_ours"):
        server.run(f"CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
    theirs, ours = (Upstream(server, database, catalog) for database in ("compat_theirs", "compat_ours"))
    theirs.build()
    _apply(Folder(folder, World(server, "compat_ours")))
    return Seen(theirs.behave(), ours.behave())


def _apply(folder: Folder) -> None:
    folder.write([])
    (folder.path / "templates" / "lab" / "pack.json").unlink()
    code, out, err = folder.run("apply", "--auto-approve")
    assert code == 0, out + err
