from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from managed import build_schema, opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from managed import Tapdb
    from pg_servers import Server

EVERYTHING = """
    SELECT 'instance', uuid, euid, is_deleted FROM generic_instance UNION ALL
    SELECT 'template', uuid, euid, is_deleted FROM generic_template UNION ALL
    SELECT 'audit', uuid, euid, is_deleted FROM audit_log ORDER BY 1, 2
"""


def work(tapdb: Tapdb) -> None:
    template = tapdb.template()
    first, second = tapdb.instances(template, 2)
    tapdb.edge(first, second)
    tapdb.run("UPDATE generic_instance SET name = 'new'")
    tapdb.run("DELETE FROM generic_instance WHERE uuid = %s", second)


def copy(server: Server, source: str, target: str, *options: str) -> None:
    """pg_dump into psql, which stops at the first error."""
    dumped = subprocess.run([server.bin / "pg_dump", *options, source], check=True, capture_output=True).stdout
    load: list[str | Path] = [server.psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-1", "-d", target]
    subprocess.run(load, input=dumped, check=True, capture_output=True)


@pytest.fixture
def source(build: Callable[[str], str]) -> str:
    dsn = build("lab")
    with opened(dsn, "lab") as tapdb:
        work(tapdb)
    return dsn


def test_a_dump_restores_into_an_empty_database(
    server: Server, source: str, fresh_database: Callable[[Server], str]
) -> None:
    target = server.dsn(fresh_database(server))
    copy(server, source, target)
    with opened(source, "lab") as before, opened(target, "lab") as after:
        assert after.rows(EVERYTHING) == before.rows(EVERYTHING)
        work_on(after)


def test_the_data_alone_restores_into_the_schema(
    server: Server, source: str, fresh_database: Callable[[Server], str]
) -> None:
    target = server.dsn(fresh_database(server))
    build_schema(target, "lab")
    with opened(target, "lab") as tapdb:
        tapdb.run("DELETE FROM tapdb_identity_prefix_config")
    copy(server, source, target, "--data-only", "--disable-triggers")
    with opened(source, "lab") as before, opened(target, "lab") as after:
        assert after.rows(EVERYTHING) == before.rows(EVERYTHING)
        work_on(after)


def work_on(tapdb: Tapdb) -> None:
    """Numbers go on from where they were, and triggers fire."""
    count = tapdb.value("SELECT count(*) FROM audit_log")
    (uuid,) = tapdb.instances(1)
    tapdb.run("UPDATE generic_instance SET name = 'after' WHERE uuid = %s", uuid)
    assert tapdb.value("SELECT count(*) FROM audit_log") == count + 2
