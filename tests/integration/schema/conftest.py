"""The managed schema as schema/ builds it, on each PostgreSQL version.

`tapdb` is a connection to it whose work is rolled back after the test; `build` makes a schema of any name in a
database of the test's own, for tests that commit, take several sessions or other roles.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import psycopg2
import pytest

from managed import Tapdb, build_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pg_servers import Server


@pytest.fixture
def build(server: Server, fresh_database: Callable[[Server], str]) -> Callable[[str], str]:
    """A factory of databases with the schema under the given name; returns how to connect."""

    def make(name: str) -> str:
        dsn = server.dsn(fresh_database(server))
        build_schema(dsn, name)
        return dsn

    return make


@pytest.fixture(scope="session")
def shared() -> Callable[[Server], str]:
    """One database with the schema for each server, in which nobody commits."""
    made: dict[int, str] = {}

    def database(server: Server) -> str:
        if server.major not in made:
            server.run("CREATE DATABASE schema_tests TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
            build_schema(server.dsn("schema_tests"), "public")
            made[server.major] = server.dsn("schema_tests")
        return made[server.major]

    return database


@pytest.fixture
def tapdb(server: Server, shared: Callable[[Server], str]) -> Iterator[Tapdb]:
    """A transaction that is rolled back after the test."""
    with closing(psycopg2.connect(shared(server))) as session:
        yield Tapdb(session)
