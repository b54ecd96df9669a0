"""schema/migrations/0001: what 0.1.13 built and filled, less what ours cannot take over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from managed import Tapdb, opened
from tapdb_ctl.assets import asset
from tapdb_ctl.euid import format_euid
from upstream import schema_sql
from upstream_runs import Upstream, packs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pg_servers import Server

TABLES = ("generic_template", "generic_instance", "generic_instance_lineage", "audit_log", "tapdb_user")

COLUMNS = """
    SELECT attrelid::regclass::text, attname, attnum, format_type(atttypid, atttypmod), attnotnull, attidentity,
        pg_get_expr(adbin, adrelid)
    FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum"""

CONSTRAINTS = """
    SELECT conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint
    WHERE conrelid = %s::regclass AND contype <> 'n' ORDER BY conname"""

OBJECTS = """
    WITH managed AS (SELECT * FROM pg_class WHERE relnamespace = quote_ident(current_schema())::regnamespace)
    SELECT CASE relkind WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' ELSE 'table' END, relname::text
    FROM managed WHERE relkind IN ('r', 'i', 'S')
    UNION ALL
    SELECT 'trigger', format('%s on %s', tgname, relname)
    FROM pg_trigger JOIN managed ON managed.oid = tgrelid WHERE NOT tgisinternal
    UNION ALL
    SELECT 'function', format('%s(%s)', proname, pg_get_function_identity_arguments(oid))
    FROM pg_proc WHERE pronamespace = quote_ident(current_schema())::regnamespace"""

MIGRATION = asset("schema") / "migrations" / "0001_from_tapdb_0_1_13.sql"


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Server], str]:
    """A database that 0.1.13 built, seeded and filled with all that it can do; once for each server."""
    made: dict[int, str] = {}

    def database(server: Server) -> str:
        if server.major not in made:
            server.run("CREATE DATABASE migrated TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
            made[server.major] = "migrated"
            library = Upstream(server, "migrated", packs(tmp_path_factory.mktemp("packs") / "packs"))
            library.build()
            library.behave()
        return server.dsn(made[server.major])

    return database


@pytest.fixture
def old(server: Server, filled: Callable[[Server], str]) -> Iterator[Tapdb]:
    """A transaction in that database, rolled back after the test."""
    with opened(filled(server)) as session:
        session.connection.autocommit = False
        yield session


@pytest.fixture
def empty(server: Server, fresh_database: Callable[[Server], str]) -> Iterator[Tapdb]:
    """0.1.13's schema without a row, under a name that wants quotes; the owner is no superuser."""
    owner = f"owner_{server.major}"
    with opened(server.dsn(fresh_database(server)), '"Lab 1"') as session:
        session.connection.autocommit = False
        session.run(f'CREATE ROLE {owner}; CREATE SCHEMA "Lab 1" AUTHORIZATION {owner}; SET ROLE {owner}')
        session.run(schema_sql())
        yield session


def migrate(session: Tapdb) -> None:
    session.run(MIGRATION.read_text())


def objects(session: Tapdb) -> set[tuple[Any, ...]]:
    return set(session.rows(OBJECTS))


def digests(session: Tapdb) -> dict[str, Any]:
    """A digest of all rows of each table."""
    rows = "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY uuid)) FROM {} AS t"
    return {table: session.row(rows.format(table)) for table in TABLES}


def per_prefix(found: set[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    return {
        (kind, name) for kind, name in found if kind == "sequence" and re.search("_(instance|audit|user)_seq$", name)
    }


def test_nothing_is_left_that_ours_has_not(old: Tapdb, tapdb: Tapdb) -> None:
    before = objects(old)
    migrate(old)
    left = objects(old) - objects(tapdb)
    assert left == per_prefix(left)
    assert per_prefix(left) == per_prefix(before) - objects(tapdb)


@pytest.mark.parametrize("table", [*TABLES, "tapdb_identity_prefix_config", "_tapdb_migrations"])
def test_columns_and_constraints_are_ours(old: Tapdb, tapdb: Tapdb, table: str) -> None:
    migrate(old)
    assert old.rows(COLUMNS, table) == tapdb.rows(COLUMNS, table)
    assert old.rows(CONSTRAINTS, table) == tapdb.rows(CONSTRAINTS, table)


def test_every_row_stays(old: Tapdb) -> None:
    before = digests(old)
    assert all(count for count, _ in before.values())
    migrate(old)
    assert digests(old) == before


def test_the_rest_of_ours_can_be_created(old: Tapdb, tapdb: Tapdb) -> None:
    migrate(old)
    for file in sorted(asset("schema").glob("*.sql")):
        text = re.sub(r"\bCREATE (FUNCTION|TRIGGER)\b", r"CREATE OR REPLACE \1", file.read_text())
        old.run(re.sub(r"\bCREATE (TABLE|SEQUENCE|INDEX|UNIQUE INDEX)\b", r"CREATE \1 IF NOT EXISTS", text))
    assert objects(tapdb) - objects(old) == set()


def test_it_runs_in_any_schema_without_a_superuser(empty: Tapdb) -> None:
    migrate(empty)
    assert ("function", "record_update()") not in objects(empty)
    assert empty.value("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == 0


def test_it_runs_where_a_piece_is_missing(empty: Tapdb) -> None:
    empty.run("DROP INDEX idx_tapdb_user_role; DROP FUNCTION record_update() CASCADE")
    migrate(empty)


def test_an_empty_database_starts_counting_at_one(empty: Tapdb) -> None:
    migrate(empty)
    assert empty.value("SELECT nextval('generic_template_seq')") == 1


def test_a_function_that_others_use_stays(empty: Tapdb) -> None:
    empty.run("CREATE TABLE theirs (uuid bigint, euid text)")
    empty.run("CREATE TRIGGER audit AFTER UPDATE ON theirs FOR EACH ROW EXECUTE FUNCTION record_update()")
    migrate(empty)
    assert {("function", "record_update()"), ("trigger", "audit on theirs")} <= objects(empty)


def test_a_prefix_is_put_right(empty: Tapdb) -> None:
    empty.run(
        "INSERT INTO tapdb_identity_prefix_config (entity, prefix) VALUES ('audit_log', ' tad '), ('tapdb_user', 'TSR')"
    )
    migrate(empty)
    assert empty.rows("SELECT prefix FROM tapdb_identity_prefix_config ORDER BY 1") == [("TAD",), ("TSR",)]


def template(session: Tapdb) -> int:
    """The first row, and what 0.1.13 needs before it."""
    session.run(
        "INSERT INTO tapdb_identity_prefix_config (entity, prefix) VALUES ('audit_log', 'TAD'), ('tapdb_user', 'TSR')"
    )
    session.run("CREATE SEQUENCE cx_instance_seq")
    return session.template()


def given(session: Tapdb, prefix: str, *numbers: int) -> None:
    """Instances that bring their EUIDs, which 0.1.13 takes without looking at a sequence."""
    uuid = session.value("SELECT max(uuid) FROM generic_template")
    for number in numbers:
        session.instances(uuid, euid=format_euid(prefix, number))


def test_sequences_stand_past_what_was_given(empty: Tapdb) -> None:
    template(empty)
    given(empty, "CX", 7, 3)
    given(empty, "ZZ", 5)
    migrate(empty)
    assert [empty.value(f"SELECT nextval('{prefix}_instance_seq')") for prefix in ("cx", "zz", "gx")] == [8, 6, 1]


def test_no_sequence_goes_back(empty: Tapdb) -> None:
    template(empty)
    given(empty, "CX", 7)
    empty.run("SELECT setval('cx_instance_seq', 50, false), setval('tad_audit_seq', 60)")
    migrate(empty)
    assert empty.row("SELECT nextval('cx_instance_seq'), nextval('tad_audit_seq')") == (50, 61)


def test_history_is_not_told_anew(empty: Tapdb) -> None:
    template(empty)
    before = empty.rows("SELECT * FROM audit_log ORDER BY uuid")
    migrate(empty)
    assert empty.rows("SELECT * FROM audit_log ORDER BY uuid") == before


def test_unique_indexes_of_ours_hold(old: Tapdb) -> None:
    """Our unique indexes hold over rows that 0.1.13 made, singletons made and deleted and edges made again included."""
    migrate(old)
    unique = re.findall(
        r"CREATE UNIQUE INDEX (\w+) ON (generic_\w+.*?);", (asset("schema") / "50_indexes.sql").read_text(), re.DOTALL
    )
    for name, definition in unique:
        old.run(f"CREATE UNIQUE INDEX test_{name} ON {definition}")
    assert len(unique) > 0
