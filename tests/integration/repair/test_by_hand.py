"""What people do to a schema beyond damaging one object: whole tables, other kinds of things, things of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from oracle import differences
from repairing import DESIRED, errors, is_whole, repair

if TYPE_CHECKING:
    from worlds import World

EACH = "DO $$DECLARE s text; BEGIN FOREACH s IN ARRAY array({}) LOOP EXECUTE s; END LOOP; END$$"
FUNCTIONS = """
    SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure)
      FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""
TRIGGERS_AND_INDEXES = """
    SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid
     WHERE relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""

LOSSES = {
    "the log": "DROP TABLE audit_log CASCADE",
    "the ledger": "DROP TABLE tapdb_ledger",
    "the ledger and its changes": "DROP TABLE tapdb_ledger, tapdb_ledger_change",
    "objects and edges": "DROP TABLE generic_instance, generic_instance_lineage CASCADE",
    "objects, edges, log and sequences": """
        DROP TABLE generic_instance, generic_instance_lineage, audit_log CASCADE;
        DROP SEQUENCE gx_instance_seq, ay_instance_seq, generic_instance_lineage_seq
    """,
    "users and migrations": "DROP TABLE tapdb_user, _tapdb_migrations",
    "every function": EACH.format(FUNCTIONS),
    "every trigger and index": EACH.format(TRIGGERS_AND_INDEXES),
}


@pytest.mark.parametrize("name", LOSSES)
def test_what_was_lost_together_comes_back_in_one_apply(clone: World, original: World, name: str) -> None:
    clone.sql(LOSSES[name])
    repair(clone)
    assert is_whole(clone)
    assert not differences(clone, original)


def test_numbers_that_history_mentions_are_not_given_again(clone16: World) -> None:
    clone16.sql(
        "INSERT INTO generic_instance (name, polymorphic_discriminator, category, type, subtype, version,"
        " template_uuid, bstatus) SELECT 'i', 'd', 'c', 't', 's', '1', min(uuid), 'new'"
        " FROM generic_template, generate_series(1, 5) AS n GROUP BY n"
    )
    clone16.sql("DROP TABLE generic_instance, tapdb_ledger CASCADE")
    repair(clone16)
    assert clone16.value("SELECT nextval(pg_get_serial_sequence('generic_instance', 'uuid'))") == 6
    assert clone16.value("SELECT max(id) FROM tapdb_ledger") == 2


USER = "schema.table/tapdb_user"
DISPLAYED = "schema.column/tapdb_user.display_name"
UNIQUE = "schema.constraint/generic_instance.unique_generic_instance_prefix_seq"
CHANGED = "schema.index/idx_audit_log_changed_at"

PREVENTED: dict[str, tuple[str, str]] = {
    "a view in place of a table": (USER, "DROP TABLE tapdb_user; CREATE VIEW tapdb_user AS SELECT 1 AS uuid"),
    "a partitioned table": (
        USER,
        "DROP TABLE tapdb_user; CREATE TABLE tapdb_user (uuid bigint) PARTITION BY RANGE (uuid)",
    ),
    "a table in place of a sequence": (
        "schema.sequence/gx_instance_seq",
        "DROP SEQUENCE gx_instance_seq; CREATE TABLE gx_instance_seq ()",
    ),
    "an index in place of a constraint": (
        UNIQUE,
        """
        ALTER TABLE generic_instance DROP CONSTRAINT unique_generic_instance_prefix_seq;
        CREATE UNIQUE INDEX unique_generic_instance_prefix_seq ON generic_instance (euid_prefix, euid_seq)
        """,
    ),
    "a constraint in place of an index": (
        CHANGED,
        """
        DROP INDEX idx_audit_log_changed_at;
        ALTER TABLE audit_log ADD CONSTRAINT idx_audit_log_changed_at UNIQUE (changed_at, uuid)
        """,
    ),
    "an index on another table": (
        CHANGED,
        """
        DROP INDEX idx_audit_log_changed_at;
        CREATE TABLE theirs (changed_at timestamptz);
        CREATE INDEX idx_audit_log_changed_at ON theirs (changed_at)
        """,
    ),
    "a computed column": (
        DISPLAYED,
        "ALTER TABLE tapdb_user DROP display_name, ADD display_name text GENERATED ALWAYS AS (username) STORED",
    ),
    "an aggregate in place of a function": (
        "schema.function/tapdb_refuse()",
        """
        DROP FUNCTION tapdb_refuse() CASCADE;
        CREATE AGGREGATE tapdb_refuse(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0')
        """,
    ),
    "a type that a trigger of theirs names": (
        DISPLAYED,
        """
        ALTER TABLE tapdb_user ALTER display_name TYPE varchar(9);
        CREATE TRIGGER theirs BEFORE UPDATE OF display_name ON tapdb_user
        FOR EACH ROW EXECUTE FUNCTION update_modified_dt()
        """,
    ),
    "a type that a view of theirs shows": (
        DISPLAYED,
        """
        ALTER TABLE tapdb_user ALTER display_name TYPE varchar(9);
        CREATE VIEW theirs AS SELECT display_name FROM tapdb_user
        """,
    ),
    "a column of theirs that a view of theirs shows": (
        "schema.column/tapdb_user.colour",
        "ALTER TABLE tapdb_user ADD colour text; CREATE VIEW theirs AS SELECT colour FROM tapdb_user",
    ),
}


@pytest.mark.parametrize("name", PREVENTED)
def test_what_takes_the_place_of_ours_is_named_and_left(clone16: World, name: str) -> None:
    address, sql = PREVENTED[name]
    clone16.sql(sql)
    assert errors(clone16.plan(DESIRED))[address] == "PG040"


STRANGERS = {
    "CREATE TRIGGER theirs BEFORE INSERT ON tapdb_user FOR EACH ROW EXECUTE FUNCTION update_modified_dt()": (
        "PG041",
        "schema.trigger/tapdb_user.theirs",
    ),
    "CREATE RULE theirs AS ON INSERT TO tapdb_user DO ALSO SELECT 1": ("PG041", "schema.rule/tapdb_user.theirs"),
    "CREATE INDEX theirs ON tapdb_user (display_name)": ("PG041", "schema.index/theirs"),
    "ALTER TABLE tapdb_user ADD CONSTRAINT theirs CHECK (username <> 'x')": (
        "PG041",
        "schema.constraint/tapdb_user.theirs",
    ),
    "CREATE FUNCTION tapdb_actor(text) RETURNS text LANGUAGE sql AS 'SELECT $1'": (
        "PG041",
        "schema.function/tapdb_actor(text)",
    ),
    "CREATE FUNCTION theirs() RETURNS int LANGUAGE sql AS 'SELECT 1'": ("PG044", "1 function: theirs"),
    "CREATE VIEW theirs AS SELECT * FROM tapdb_user": ("PG044", "1 view: theirs"),
    "CREATE MATERIALIZED VIEW theirs AS SELECT * FROM tapdb_user": ("PG044", "1 view: theirs"),
    "CREATE TABLE theirs (a int); CREATE TABLE others (a int)": ("PG044", "2 tables: others, theirs"),
    "CREATE SEQUENCE theirs": ("PG044", "1 sequence: theirs"),
    "GRANT SELECT ON tapdb_user TO pg_monitor": ("PG043", "pg_monitor: SELECT on table/tapdb_user"),
}


@pytest.mark.parametrize("sql", STRANGERS)
def test_what_is_not_ours_is_listed_and_left(clone16: World, sql: str) -> None:
    clone16.sql(sql)
    plan = clone16.plan(DESIRED)
    assert not plan.changes
    assert not errors(plan)
    code, what = STRANGERS[sql]
    (told,) = (finding for finding in plan.findings if finding.code == code)
    assert what in told.detail
    repair(clone16)
    assert clone16.plan(DESIRED).findings == plan.findings
