"""Dumps come back row for row: all of a database into nothing, or the data alone, past triggers that fire."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest
from psycopg2 import errors

from managed import Tapdb, build_schema, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from pg_servers import Server

RESTORE = "-c tapdb.maintenance=restore"
NAMES = ["lab", 'Odd "Schema"', "table"]


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def work(tapdb: Tapdb) -> None:
    template = tapdb.template()
    first, second, third = tapdb.instances(template, 3)
    tapdb.edge(first, second)
    tapdb.run("UPDATE generic_instance SET name = 'new', modified_dt = '2020-01-01' WHERE uuid = %s", first)
    tapdb.run("DELETE FROM generic_instance WHERE uuid = %s", third)
    tapdb.run("UPDATE generic_template SET is_deleted = true")
    tapdb.run("INSERT INTO tapdb_user (username) VALUES ('somebody')")
    tapdb.run(
        "INSERT INTO tapdb_ledger (environment, actor, tool_version, plan_digest, manifest_digest, catalog_revision)"
        " VALUES ('dev', 'ann', '0.1.0', 'p', 'm', 1)"
    )


def work_on(tapdb: Tapdb) -> None:
    """Numbers go on from where they were, and triggers fire."""
    count = tapdb.value("SELECT count(*) FROM audit_log")
    last = tapdb.value("SELECT max(euid_seq) FROM generic_instance")
    (uuid,) = tapdb.instances(1)
    assert tapdb.value("SELECT euid_seq FROM generic_instance WHERE uuid = %s", uuid) == last + 1
    tapdb.run("UPDATE generic_instance SET name = 'after' WHERE uuid = %s", uuid)
    assert tapdb.value("SELECT count(*) FROM audit_log") == count + 2


def contents(tapdb: Tapdb) -> dict[str, list[Any]]:
    """Every column of every row, and where the sequences stand."""
    tables = tapdb.rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema")
    found = {name: tapdb.rows(f"SELECT t::text FROM {name} AS t ORDER BY 1") for (name,) in tables}
    return found | {"sequences": tapdb.rows("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")}


@dataclass(frozen=True)
class Dumps:
    """A database with work in it, and another for its dump."""

    server: Server
    source: str = field(repr=False)
    target: str = field(repr=False)
    schema: str

    def dump(self, *options: str) -> bytes:
        return self._run("pg_dump", *options, self.source)

    def load(self, dump: bytes, dsn: str | None = None, *, options: str = RESTORE) -> None:
        """Load, in one transaction, a dump of either format; raises CalledProcessError at the first error."""
        stop = ["--exit-on-error"] if dump.startswith(b"PGDMP") else ["-X", "-q", "-v", "ON_ERROR_STOP=1"]
        program = "pg_restore" if dump.startswith(b"PGDMP") else "psql"
        self._run(program, "-1", *stop, "-d", dsn or self.target, given=dump, options=options)

    def build(self, dsn: str | None = None) -> None:
        """What schema/ builds, and no row."""
        build_schema(dsn or self.target, self.schema)
        with opened(dsn or self.target, quoted(self.schema)) as tapdb:
            tapdb.run("DELETE FROM tapdb_identity_prefix_config")

    def assert_restored(self) -> None:
        with opened(self.source, quoted(self.schema)) as before, opened(self.target, quoted(self.schema)) as after:
            assert contents(after) == contents(before)
            work_on(after)

    def _run(self, program: str, *arguments: str, given: bytes = b"", options: str = "") -> bytes:
        done = subprocess.run(
            [self.server.bin / program, *arguments],
            check=True,
            capture_output=True,
            input=given,
            env=os.environ | {"PGOPTIONS": options},
        )
        return done.stdout


@pytest.fixture(params=NAMES)
def dumps(
    request: pytest.FixtureRequest, server: Server, build: Callable[[str], str], fresh_database: Callable[[Server], str]
) -> Dumps:
    source = build(request.param)
    with opened(source, quoted(request.param)) as tapdb:
        work(tapdb)
    return Dumps(server, source, server.dsn(fresh_database(server)), request.param)


@pytest.mark.parametrize("form", ["--format=plain", "--format=custom"])
def test_a_dump_restores_into_an_empty_database(dumps: Dumps, form: str) -> None:
    dumps.load(dumps.dump(form), options="")
    dumps.assert_restored()


@pytest.mark.parametrize("form", ["--format=plain", "--format=custom"])
def test_the_data_alone_restores_into_the_schema(dumps: Dumps, form: str) -> None:
    dumps.build()
    dumps.load(dumps.dump("--data-only", form))
    dumps.assert_restored()


def test_schema_and_data_restore_one_after_the_other(dumps: Dumps) -> None:
    for part in ("--schema-only", "--data-only"):
        dumps.load(dumps.dump(part))
    dumps.assert_restored()


only_lab = pytest.mark.parametrize("dumps", ["lab"], indirect=True)


@only_lab
def test_a_restore_that_does_not_say_so_stops(dumps: Dumps) -> None:
    """At the first audit row of its own, which meets one that was just restored."""
    build_schema(dumps.target, dumps.schema)
    dump = dumps.dump("--data-only", "--exclude-table=lab.tapdb_identity_prefix_config")
    with pytest.raises(subprocess.CalledProcessError) as caught:
        dumps.load(dump, options="")
    assert b"record_insert" in caught.value.stderr
    with opened(dumps.target, "lab") as tapdb:
        assert tapdb.value("SELECT count(*) FROM audit_log") == 0


@only_lab
def test_a_restore_verifies_what_it_brings(dumps: Dumps) -> None:
    dumps.build()
    broken = dumps.dump("--data-only").replace(b"\tCX-1", b"\tCX-2")
    with pytest.raises(subprocess.CalledProcessError) as caught:
        dumps.load(broken)
    assert b"not a valid EUID" in caught.value.stderr


@only_lab
def test_an_owner_who_is_no_superuser_can_restore(dumps: Dumps) -> None:
    database = psycopg2.extensions.parse_dsn(dumps.target)["dbname"]
    with opened(dumps.target) as superuser:
        superuser.run(
            "DO $$BEGIN CREATE ROLE keeper LOGIN PASSWORD 'x'; EXCEPTION WHEN duplicate_object THEN NULL; END$$"
        )
        superuser.run(f"GRANT CREATE ON DATABASE {database} TO keeper")
    as_keeper = psycopg2.extensions.make_dsn(dumps.target, user="keeper", password="x")
    dumps.build(as_keeper)
    dumps.load(dumps.dump("--data-only"), as_keeper)
    dumps.assert_restored()


@only_lab
def test_only_the_owner_may_say_that_he_restores(dumps: Dumps) -> None:
    with opened(dumps.source, "lab") as tapdb:
        tapdb.run("DO $$BEGIN CREATE ROLE reader; EXCEPTION WHEN duplicate_object THEN NULL; END$$")
        tapdb.run("GRANT USAGE ON SCHEMA lab TO reader")
        tapdb.run("GRANT ALL ON ALL TABLES IN SCHEMA lab TO reader")
        tapdb.run("UPDATE generic_template SET is_deleted = false")
        tapdb.run("SET ROLE reader")
        tapdb.run("SET tapdb.maintenance = 'restore'")
        with pytest.raises(errors.InsufficientPrivilege, match="reader does not own"):
            tapdb.instances(1)


@only_lab
def test_while_restoring_changes_are_audited(dumps: Dumps) -> None:
    with opened(dumps.source, "lab") as tapdb:
        tapdb.run("SET tapdb.maintenance = 'restore'")
        tapdb.run("UPDATE generic_instance SET name = 'changed' WHERE uuid = 1")
        tapdb.run("DELETE FROM generic_instance WHERE uuid = 1")
        assert [row[0] for row in tapdb.audited("generic_instance", 1)[-2:]] == ["UPDATE", "DELETE"]
