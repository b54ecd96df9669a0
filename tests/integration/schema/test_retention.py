"""The log is append-only, and its owner moves old rows out of it, into an archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from psycopg2 import errors

from managed import Tapdb, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHANGES = ["UPDATE audit_log SET changed_by = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"]

# As docs/schema.md says; the log itself cannot be partitioned, an archive can.
ARCHIVE = """
    CREATE TABLE audit_archive (LIKE audit_log) PARTITION BY RANGE (changed_at);
    CREATE TABLE audit_archive_before_2020 PARTITION OF audit_archive FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
    CREATE TABLE audit_archive_since_2020 PARTITION OF audit_archive FOR VALUES FROM ('2020-01-01') TO (MAXVALUE);
"""
MOVE = "INSERT INTO audit_archive SELECT * FROM tapdb_retire_audit(%s, 4)"


@pytest.mark.parametrize("statement", CHANGES)
def test_the_log_is_append_only(tapdb: Tapdb, statement: str) -> None:
    tapdb.template()
    assert "append-only" in tapdb.refused(errors.InsufficientPrivilege, statement)


@pytest.mark.parametrize("statement", [CHANGES[0], CHANGES[2]])
def test_retiring_is_deleting_and_nothing_else(tapdb: Tapdb, statement: str) -> None:
    tapdb.template()
    tapdb.run("SET tapdb.maintenance = 'retire'")
    tapdb.refused(errors.InsufficientPrivilege, statement)


def test_the_oldest_rows_move_into_an_archive_some_at_a_time(tapdb: Tapdb) -> None:
    tapdb.instances(tapdb.template(), 9)
    tapdb.run(ARCHIVE)
    before = tapdb.rows("SELECT a::text FROM audit_log AS a ORDER BY uuid")
    half = tapdb.value("SELECT changed_at FROM audit_log ORDER BY uuid OFFSET 6 LIMIT 1")
    assert [tapdb.run(MOVE, half) for _ in range(3)] == [4, 2, 0]
    assert tapdb.rows("SELECT a::text FROM audit_archive AS a ORDER BY uuid") == before[:6]
    assert tapdb.rows("SELECT a::text FROM audit_log AS a ORDER BY uuid") == before[6:]


def test_after_retiring_the_log_is_append_only_again(tapdb: Tapdb) -> None:
    tapdb.template()
    tapdb.row("SELECT count(*) FROM tapdb_retire_audit('infinity')")
    tapdb.template(subtype="other")
    tapdb.refused(errors.InsufficientPrivilege, "DELETE FROM audit_log")


def test_numbers_of_retired_rows_are_not_given_again(tapdb: Tapdb) -> None:
    tapdb.template()
    retired = tapdb.row("SELECT uuid, euid_seq FROM tapdb_retire_audit('infinity')")
    tapdb.template(subtype="other")
    assert tapdb.row("SELECT uuid, euid_seq FROM audit_log") == (retired[0] + 1, retired[1] + 1)


@pytest.fixture
def powerful(build: Callable[[str], str]) -> Iterator[Tapdb]:
    """A session of a role that was granted everything and owns nothing."""
    with opened(build("lab"), "lab") as tapdb:
        tapdb.template()
        tapdb.run("DO $$BEGIN CREATE ROLE powerful; EXCEPTION WHEN duplicate_object THEN NULL; END$$")
        tapdb.run("GRANT ALL ON SCHEMA lab TO powerful")
        tapdb.run("GRANT ALL ON ALL TABLES IN SCHEMA lab TO powerful")
        tapdb.run("SET ROLE powerful")
        yield tapdb


@pytest.mark.parametrize("setting", ["", "retire", "restore"])
@pytest.mark.parametrize("statement", CHANGES)
def test_no_grant_and_no_setting_opens_the_log(powerful: Tapdb, statement: str, setting: str) -> None:
    powerful.run("SELECT set_config('tapdb.maintenance', %s, false)", setting)
    with pytest.raises(errors.InsufficientPrivilege):
        powerful.run(statement)


def test_retiring_is_the_owner_s_to_grant(powerful: Tapdb) -> None:
    retire = "SELECT count(*) FROM tapdb_retire_audit('infinity')"
    with pytest.raises(errors.InsufficientPrivilege):
        powerful.run(retire)
    powerful.run("RESET ROLE")
    powerful.run("GRANT EXECUTE ON FUNCTION tapdb_retire_audit TO powerful")
    powerful.run("SET ROLE powerful")
    assert powerful.value(retire) == 1


def test_work_goes_on_while_history_is_retired(build: Callable[[str], str]) -> None:
    dsn = build("lab")
    with opened(dsn, "lab") as owner, opened(dsn, "lab") as other:
        template = owner.template()
        owner.run("BEGIN")
        owner.run("SELECT count(*) FROM tapdb_retire_audit('infinity')")
        other.run("SET lock_timeout = '2s'")
        other.instances(template, 3)
        owner.run("COMMIT")
        assert owner.value("SELECT count(*) FROM audit_log") == 3
