"""The shipped snapshot is what schema/ builds, on every version and in a schema of any name."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg2
import pytest
from psycopg2 import sql

from tapdb_ctl.assets import asset
from tapdb_ctl.providers.postgres.schema.shipped import SNAPSHOT
from tapdb_ctl.providers.postgres.schema.snapshot import Snapshot, built
from tapdb_ctl.providers.postgres.session import Session
from tapdb_ctl.providers.postgres.target import Settings, Target

if TYPE_CHECKING:
    from collections.abc import Callable

    from pg_servers import Server

FILE = asset("schema") / SNAPSHOT


def _built(server: Server, database: str, schema: str) -> Snapshot:
    """A snapshot of what the SQL files make of an empty schema."""
    with closing(psycopg2.connect(server.dsn(database))) as connection, connection, connection.cursor() as cursor:
        name = sql.Identifier(schema)
        cursor.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}; SET search_path TO {}").format(name, name))
        for path in sorted(asset("schema").glob("*.sql")):
            cursor.execute(path.read_text())
    target = Target(server.host, server.port, server.user, database, server.password)
    with closing(Session(target, Settings(schema=schema))) as session, session.reading():
        return built(session)


@pytest.mark.parametrize("schema", ["public", 'Odd "Schema', "table", "trigger"])
def test_it_is_what_the_files_build(server: Server, fresh_database: Callable[[Server], str], schema: str) -> None:
    text = _built(server, fresh_database(server), schema).dumped()
    if "TAPDB_UPDATE_GOLDEN" in os.environ:
        FILE.write_text(text)
    assert text == FILE.read_text()
