from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from psycopg2 import errors

if TYPE_CHECKING:
    from managed import Tapdb

TABLES = ["generic_template", "generic_instance", "generic_instance_lineage"]


def a_row(tapdb: Tapdb, table: str) -> int:
    template = tapdb.template()
    if table == "generic_template":
        return template
    parent, child = tapdb.instances(template, 2)
    return parent if table == "generic_instance" else tapdb.edge(parent, child)


# What an UPDATE says -> (column, old value, new value) of each audit row.
UPDATES: dict[str, list[tuple[str, Any, Any]]] = {
    "name = name": [],
    "modified_dt = now()": [],
    "json_addl = json_addl || '{}'": [],
    "name = 'new'": [("name", "old", "new")],
    "name = 'new', bstatus = 'done', is_singleton = true": [
        ("name", "old", "new"),
        ("bstatus", "begun", "done"),
        ("is_singleton", "false", "true"),
    ],
    "json_addl = '{\"b\": 2}'": [("json_addl", '{"a": 1}', '{"b": 2}')],
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("assignment", UPDATES)
def test_an_update_is_one_row_per_changed_column(tapdb: Tapdb, table: str, assignment: str) -> None:
    uuid = a_row(tapdb, table)
    tapdb.run(f"UPDATE {table} SET name = 'old', bstatus = 'begun', json_addl = '{{\"a\": 1}}' WHERE uuid = %s", uuid)
    before = len(tapdb.audited(table, uuid))
    assert tapdb.run(f"UPDATE {table} SET {assignment} WHERE uuid = %s", uuid) == 1
    assert tapdb.audited(table, uuid)[before:] == [("UPDATE", *change) for change in UPDATES[assignment]]


def another_value(tapdb: Tapdb, column: str, kind: str) -> str:
    """SQL for a value that the column does not have; a reference must lead somewhere."""
    if kind == "bigint":
        template = tapdb.template(subtype="other")
        return str(template if column == "template_uuid" else tapdb.instances(template)[0])
    return {
        "text": "'changed'",
        "jsonb": """'{"changed": true}'""",
        "boolean": f"NOT {column}",
        "timestamp with time zone": f"{column} - interval '1 day'",
    }[kind]


@pytest.mark.parametrize("table", TABLES)
def test_every_column_that_may_change_is_audited(tapdb: Tapdb, table: str) -> None:
    uuid = a_row(tapdb, table)
    columns = tapdb.rows(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND attname <> ALL (%s)",
        table,
        ["uuid", "euid", "euid_prefix", "euid_seq", "modified_dt", "is_deleted"],
    )
    for name, kind in columns:
        tapdb.run("SAVEPOINT one_column")
        tapdb.run(f"UPDATE {table} SET {name} = {another_value(tapdb, name, kind)} WHERE uuid = %s", uuid)
        assert tapdb.audited(table, uuid)[-1][:2] == ("UPDATE", name)
        tapdb.run("ROLLBACK TO one_column")


def test_an_insert_is_one_row_for_each(tapdb: Tapdb) -> None:
    made = tapdb.instances(tapdb.template(), 50)
    logged = tapdb.rows(
        "SELECT rel_table_uuid_fk, rel_table_euid_fk, operation_type, column_name, old_value, new_value FROM audit_log"
        " WHERE rel_table_name = 'generic_instance' ORDER BY uuid"
    )
    assert logged == [(uuid, tapdb.euid("generic_instance", uuid), "INSERT", None, None, None) for uuid in made]


def test_a_statement_over_many_rows_audits_each(tapdb: Tapdb) -> None:
    made = tapdb.instances(tapdb.template(), 50)
    tapdb.run("UPDATE generic_instance SET name = 'n' || mod(uuid, 2), bstatus = 'x' WHERE uuid = ANY (%s)", made)
    found = tapdb.rows(
        "SELECT column_name, count(*), count(DISTINCT rel_table_uuid_fk) FROM audit_log"
        " WHERE operation_type = 'UPDATE' GROUP BY 1 ORDER BY 1"
    )
    assert found == [("bstatus", 50, 50), ("name", 50, 50)]


def test_on_conflict_audits_what_it_did(tapdb: Tapdb) -> None:
    statement = (
        "INSERT INTO generic_template (name, polymorphic_discriminator, category, type, subtype, version,"
        " instance_prefix, bstatus) VALUES (%s, 'd', 'c', 't', 's', '1', 'CX', 'active')"
        " ON CONFLICT (category, type, subtype, version) DO UPDATE SET name = EXCLUDED.name RETURNING uuid"
    )
    uuid = tapdb.value(statement, "first")
    assert tapdb.value(statement, "second") == uuid
    assert tapdb.audited("generic_template", uuid) == [
        ("INSERT", None, None, None),
        ("UPDATE", "name", "first", "second"),
    ]


def test_an_insert_that_does_nothing_says_nothing(tapdb: Tapdb) -> None:
    template = tapdb.template()
    tapdb.run(
        "INSERT INTO generic_template (name, polymorphic_discriminator, category, type, subtype, version,"
        " instance_prefix, bstatus) SELECT name, polymorphic_discriminator, category, type, subtype, version,"
        " instance_prefix, bstatus FROM generic_template WHERE uuid = %s ON CONFLICT DO NOTHING",
        template,
    )
    assert tapdb.value("SELECT count(*) FROM audit_log") == 1


def test_a_change_keeps_its_time_and_a_no_op_the_old_one(tapdb: Tapdb) -> None:
    (uuid,) = tapdb.instances(tapdb.template())
    tapdb.run("UPDATE generic_instance SET created_dt = '2020-01-01' WHERE uuid = %s", uuid)
    modified = "SELECT modified_dt = now() FROM generic_instance WHERE uuid = %s"
    tapdb.run("ALTER TABLE generic_instance DISABLE TRIGGER update_modified_dt_generic_instance")
    tapdb.run("UPDATE generic_instance SET modified_dt = '2020-01-01' WHERE uuid = %s", uuid)
    tapdb.run("ALTER TABLE generic_instance ENABLE TRIGGER update_modified_dt_generic_instance")
    tapdb.run("UPDATE generic_instance SET name = name WHERE uuid = %s", uuid)
    assert tapdb.value(modified, uuid) is False
    tapdb.run("UPDATE generic_instance SET name = 'new' WHERE uuid = %s", uuid)
    assert tapdb.value(modified, uuid) is True


def test_the_log_is_timed_by_the_clock(tapdb: Tapdb) -> None:
    (uuid,) = tapdb.instances(tapdb.template())
    tapdb.run("SELECT pg_sleep(0.01)")
    tapdb.run("UPDATE generic_instance SET name = 'new' WHERE uuid = %s", uuid)
    assert tapdb.value("SELECT bool_and(changed_at > now()) AND count(DISTINCT changed_at) > 1 FROM audit_log")


def test_replay_in_the_order_of_the_log_ends_at_what_is_there(tapdb: Tapdb) -> None:
    """The changes of each column form a chain, within a transaction too, where now() would not tell them apart."""
    made = tapdb.instances(tapdb.template(), 5)
    for turn in range(20):
        tapdb.run(
            "UPDATE generic_instance SET name = name || %s, bstatus = %s WHERE mod(uuid, 5) <= %s", turn, turn, turn % 5
        )
    state = {(uuid, column): value for uuid in made for column, value in (("name", "i"), ("bstatus", "created"))}
    for uuid, column, old, new in tapdb.rows(
        "SELECT rel_table_uuid_fk, column_name, old_value, new_value FROM audit_log"
        " WHERE operation_type = 'UPDATE' ORDER BY uuid"
    ):
        assert state[uuid, column] == old
        state[uuid, column] = new
    now = tapdb.rows("SELECT uuid, name, bstatus FROM generic_instance")
    assert {(uuid, "name"): name for uuid, name, _ in now} | {(uuid, "bstatus"): it for uuid, _, it in now} == state
    assert tapdb.value(
        "SELECT bool_and(sorted) FROM (SELECT changed_at >= lag(changed_at, 1, changed_at)"
        " OVER (ORDER BY uuid) AS sorted FROM audit_log) AS log"
    )


@pytest.mark.parametrize(("setting", "actor"), [("ann", "ann"), ("", None), (None, None)])
def test_the_actor_is_the_application_s_user_else_the_login(
    tapdb: Tapdb, setting: str | None, actor: str | None
) -> None:
    if setting is not None:
        tapdb.run("SELECT set_config('session.current_username', %s, true)", setting)
    tapdb.template()
    expected = actor or tapdb.value("SELECT session_user")
    assert tapdb.value("SELECT DISTINCT changed_by FROM audit_log") == expected


DELETIONS = {
    "delete": "DELETE FROM {} WHERE uuid = %s",
    "update": "UPDATE {} SET is_deleted = true WHERE uuid = %s",
    "with": "WITH gone AS (UPDATE {} SET is_deleted = true WHERE uuid = %s RETURNING 1) SELECT * FROM gone",
    "merge, delete": "MERGE INTO {} AS t USING (VALUES (1)) AS v ON t.uuid = %s WHEN MATCHED THEN DELETE",
    "merge, update": (
        "MERGE INTO {} AS t USING (VALUES (1)) AS v ON t.uuid = %s WHEN MATCHED THEN UPDATE SET is_deleted = true"
    ),
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("how", DELETIONS)
def test_a_deletion_is_one_row_with_the_old_record(tapdb: Tapdb, table: str, how: str) -> None:
    uuid = a_row(tapdb, table)
    old = tapdb.value(f"SELECT row_to_json(t)::text FROM {table} AS t WHERE uuid = %s", uuid)
    tapdb.run(DELETIONS[how].format(table), uuid)
    (inserted, deleted) = tapdb.audited(table, uuid)
    assert inserted[0] == "INSERT"
    assert deleted == ("DELETE", None, old, None)
    assert json.loads(deleted[2])["is_deleted"] is False


@pytest.mark.parametrize("how", DELETIONS)
def test_deleting_again_says_nothing(tapdb: Tapdb, how: str) -> None:
    (uuid,) = tapdb.instances(tapdb.template())
    for _ in range(2):
        tapdb.run(DELETIONS[how].format("generic_instance"), uuid)
    assert [row[0] for row in tapdb.audited("generic_instance", uuid)] == ["INSERT", "DELETE"]


def test_a_change_beside_a_deletion_is_not_lost(tapdb: Tapdb) -> None:
    (uuid,) = tapdb.instances(tapdb.template())
    tapdb.run("UPDATE generic_instance SET is_deleted = true, bstatus = 'gone' WHERE uuid = %s", uuid)
    assert {row[:2] for row in tapdb.audited("generic_instance", uuid)[1:]} == {("DELETE", None), ("UPDATE", "bstatus")}


def test_restoring_is_an_update(tapdb: Tapdb) -> None:
    (uuid,) = tapdb.instances(tapdb.template())
    tapdb.run("DELETE FROM generic_instance WHERE uuid = %s", uuid)
    tapdb.run("UPDATE generic_instance SET is_deleted = false WHERE uuid = %s", uuid)
    assert tapdb.audited("generic_instance", uuid)[-1] == ("UPDATE", "is_deleted", "true", "false")


def test_a_large_statement_after_many_small_ones_is_not_quadratic(tapdb: Tapdb) -> None:
    template = tapdb.template()
    for _ in range(8):
        (uuid,) = tapdb.instances(template)
        tapdb.run("UPDATE generic_instance SET name = 'small' WHERE uuid = %s", uuid)
    tapdb.instances(template, 10_000)
    tapdb.run("SET LOCAL statement_timeout = '30s'")
    tapdb.run("UPDATE generic_instance SET name = 'large'")
    assert tapdb.value("SELECT count(*) FROM audit_log WHERE new_value = 'large'") == 10_008


def test_a_row_logged_by_the_application_gets_an_euid(tapdb: Tapdb) -> None:
    insert = (
        "INSERT INTO audit_log (euid, rel_table_name, rel_table_uuid_fk, rel_table_euid_fk) VALUES (%s, 'x', 1, 'x')"
    )
    assert tapdb.value(f"{insert} RETURNING euid", None).startswith("TAD-")
    tapdb.refused(errors.CheckViolation, insert, "TAD-1Z")
