"""The published 0.1.13 in its own schema and in ours, and our library in its place, once for each PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from folders import Folder
from upstream_runs import StandIn, Upstream, packs
from worlds import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pg_servers import Server


class Seen(NamedTuple):
    """By behaviour, what the library showed in its own schema and in ours, and what ours showed in its place."""

    theirs: dict[str, Any]
    ours: dict[str, Any]
    library: dict[str, Any]


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
    server.run("CREATE DATABASE compat_library TEMPLATE compat_ours")
    library = StandIn(server, "compat_library", catalog)
    return Seen(theirs.behave(), ours.behave(), library.behave())


def _apply(folder: Folder) -> None:
    folder.write([])
    (folder.path / "templates" / "lab" / "pack.json").unlink()
    code, out, err = folder.run("apply", "--auto-approve")
    assert code == 0, out + err
