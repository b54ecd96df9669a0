from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from psycopg2 import errors

if TYPE_CHECKING:
    from managed import Tapdb

ENTRY = (
    "INSERT INTO tapdb_ledger (environment, actor, tool_version, plan_digest, manifest_digest, catalog_revision)"
    " VALUES ('dev', 'ann', '0.1.0', 'p', 'm', 1) RETURNING id"
)
META = "INSERT INTO tapdb_meta (schema_version, schema_digest, environment) VALUES (1, 'd', 'dev')"


def test_meta_has_one_row(tapdb: Tapdb) -> None:
    tapdb.run(META)
    tapdb.refused(errors.UniqueViolation, META)
    assert tapdb.value("SELECT catalog_revision FROM tapdb_meta") == 0


def test_the_ledger_knows_its_transaction(tapdb: Tapdb) -> None:
    entry = tapdb.value(ENTRY)
    assert tapdb.value("SELECT transaction_id = pg_current_xact_id() FROM tapdb_ledger WHERE id = %s", entry)


@pytest.mark.parametrize("table", ["tapdb_ledger", "tapdb_ledger_change"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = 1", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_ledger_is_append_only(tapdb: Tapdb, table: str, statement: str) -> None:
    column = {"tapdb_ledger": "catalog_revision", "tapdb_ledger_change": "ordinal"}[table]
    tapdb.refused(errors.InsufficientPrivilege, statement.format(table, column))


def test_control_tables_are_not_audited(tapdb: Tapdb) -> None:
    tapdb.run(META)
    tapdb.run("UPDATE tapdb_meta SET catalog_revision = catalog_revision + 1")
    tapdb.run(ENTRY)
    tapdb.run("INSERT INTO tapdb_ownership (address, catalog, ledger_id, ordinal) VALUES ('template.a', 'lab', 1, 1)")
    assert tapdb.value("SELECT count(*) FROM audit_log") == 0


def test_everything_is_commented(tapdb: Tapdb) -> None:
    uncommented = tapdb.rows(
        "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND obj_description(oid, 'pg_class') IS NULL UNION ALL"
        " SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND obj_description(oid, 'pg_proc') IS NULL"
    )
    assert uncommented == []


def test_no_index_repeats_another(tapdb: Tapdb) -> None:
    repeated = tapdb.rows(
        "SELECT indrelid::regclass::text, array_agg(indexrelid::regclass::text) FROM pg_index"
        " JOIN pg_class AS c ON c.oid = indrelid AND relnamespace = 'public'::regnamespace"
        " GROUP BY indrelid, indkey::text, indpred::text, indexprs::text HAVING count(*) > 1"
    )
    assert repeated == []
