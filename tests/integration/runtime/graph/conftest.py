"""A database with the templates of runtime_worlds that all tests of graphs share; each session is rolled back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lineages import Lineage
from runtime_worlds import connected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pg_servers import Server
    from tapdb_ctl import TAPDBConnection


@pytest.fixture(scope="session")
def shared(runtime_template: Callable[[Server], str]) -> Iterator[Callable[[Server], TAPDBConnection]]:
    """A connection to the shared database of a server."""
    made: dict[int, TAPDBConnection] = {}

    def on(server: Server) -> TAPDBConnection:
        if server.major not in made:
            name = f"graphs_{server.major}"
            server.run(f"CREATE DATABASE {name} TEMPLATE {runtime_template(server)} STRATEGY FILE_COPY")
            made[server.major] = connected(server, name)
        return made[server.major]

    yield on
    for connection in made.values():
        connection.close()


@pytest.fixture
def lineage(pg16: Server, shared: Callable[[Server], TAPDBConnection]) -> Iterator[Lineage]:
    with shared(pg16).session_scope() as session:
        yield Lineage(session)


@pytest.fixture
def each_lineage(server: Server, shared: Callable[[Server], TAPDBConnection]) -> Iterator[Lineage]:
    """On each version in turn."""
    with shared(server).session_scope() as session:
        yield Lineage(session)
