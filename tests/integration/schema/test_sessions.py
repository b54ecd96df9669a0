"""Other roles, other paths, other names of the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg2
import pytest
from psycopg2 import errors

from managed import opened
from tapdb_ctl.euid import parse_euid

if TYPE_CHECKING:
    from collections.abc import Callable

    from pg_servers import Server

INSTANCE = (
    "INSERT INTO {schema}generic_instance (name, polymorphic_discriminator, category, type, subtype, version,"
    " template_uuid, bstatus) VALUES ('i', 'd', 'c', 't', 's', '1', {template}, 'created')"
)


@pytest.mark.parametrize("name", ["lab", "Select", 'Odd "Schema"', "user", "table"])
def test_the_schema_may_have_any_name(build: Callable[[str], str], name: str) -> None:
    with opened(build(name), '"' + name.replace('"', '""') + '"') as tapdb:
        (uuid,) = tapdb.instances(tapdb.template())
        tapdb.run("UPDATE generic_instance SET name = 'new'")
        tapdb.run("DELETE FROM generic_instance")
        assert [row[0] for row in tapdb.audited("generic_instance", uuid)] == ["INSERT", "UPDATE", "DELETE"]
        assert tapdb.value("SELECT to_regclass('public.generic_instance')") is None


@pytest.mark.parametrize("path", ["", "pg_catalog", '"$user"', "decoy, lab"])
def test_the_callers_path_does_not_matter(build: Callable[[str], str], path: str) -> None:
    dsn = build("lab")
    with opened(dsn, "lab") as tapdb:
        template = tapdb.template()
        tapdb.run("CREATE SCHEMA decoy CREATE TABLE audit_log () CREATE TABLE generic_template ()")
    with opened(dsn, path) as tapdb:
        tapdb.run(INSTANCE.format(schema="lab.", template=template))
        tapdb.run("UPDATE lab.generic_instance SET name = 'new'")
        tapdb.run("DELETE FROM lab.generic_instance")
        tapdb.run("INSERT INTO lab.tapdb_user (username) VALUES ('somebody')")
        assert tapdb.value("SELECT lab.meridian_generate_euid('CX', 1000)") == "CX-Z8A"
        assert tapdb.value("SELECT lab.tapdb_get_identity_prefix('audit_log')") == "TAD"
        assert tapdb.value("SELECT count(*) FROM lab.audit_log") == 4


def test_a_temporary_table_cannot_stand_in(build: Callable[[str], str]) -> None:
    with opened(build("lab"), "lab") as tapdb:
        template = tapdb.template()
        tapdb.run(
            "CREATE TEMPORARY TABLE generic_template AS SELECT uuid, 'ZZ' AS instance_prefix FROM generic_template"
        )
        tapdb.run("CREATE TEMPORARY TABLE audit_log (LIKE lab.audit_log)")
        tapdb.run("CREATE TEMPORARY SEQUENCE cx_instance_seq START 5000")
        tapdb.run(INSTANCE.format(schema="lab.", template=template))
        assert parse_euid(tapdb.value("SELECT euid FROM lab.generic_instance")).number == 1
        assert tapdb.value("SELECT count(*) FROM lab.audit_log") == 2


@pytest.fixture
def clerk(build: Callable[[str], str]) -> str:
    """Connects as a role that may read and write the object tables and nothing else."""
    dsn = build("lab")
    with opened(dsn, "lab") as owner:
        owner.template()
        owner.run("DO $$BEGIN CREATE ROLE clerk LOGIN PASSWORD 'x'; EXCEPTION WHEN duplicate_object THEN NULL; END$$")
        owner.run("GRANT USAGE ON SCHEMA lab TO clerk")
        owner.run(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON generic_instance, generic_instance_lineage, tapdb_user TO clerk"
        )
    return psycopg2.extensions.make_dsn(dsn, user="clerk", password="x")


def test_a_role_without_create_can_work(clerk: str) -> None:
    with opened(clerk, "lab") as tapdb:
        for _ in range(2):
            tapdb.run(INSTANCE.format(schema="", template=1))
        tapdb.run(
            "INSERT INTO generic_instance_lineage (name, polymorphic_discriminator, parent_instance_uuid,"
            " child_instance_uuid) VALUES ('e', 'd', 1, 2)"
        )
        tapdb.run("UPDATE generic_instance SET name = 'new'")
        tapdb.run("DELETE FROM generic_instance")
        tapdb.run("INSERT INTO tapdb_user (username) VALUES ('somebody')")
        assert tapdb.value("SELECT bool_and(is_deleted) FROM generic_instance")


@pytest.fixture
def as_owner(clerk: str, server: Server) -> str:
    """Connects to the clerk's database as its owner."""
    return server.dsn(psycopg2.extensions.parse_dsn(clerk)["dbname"])


def test_the_audit_names_the_login_of_a_role(clerk: str, as_owner: str) -> None:
    with opened(clerk, "lab") as tapdb:
        tapdb.run(INSTANCE.format(schema="", template=1))
    with opened(as_owner, "lab") as tapdb:
        actors = tapdb.rows("SELECT changed_by FROM audit_log WHERE rel_table_name = 'generic_instance'")
        assert actors == [("clerk",)]


FORGERIES = [
    "INSERT INTO audit_log (rel_table_name, rel_table_uuid_fk, rel_table_euid_fk) VALUES ('x', 1, 'x')",
    "DELETE FROM audit_log",
    "CREATE TRIGGER forge AFTER INSERT ON generic_instance EXECUTE FUNCTION lab.record_insert()",
]


def test_a_role_cannot_write_the_log_itself(clerk: str) -> None:
    with opened(clerk, "lab") as tapdb:
        tapdb.run("CREATE TEMPORARY TABLE generic_instance (uuid bigint, euid text)")
        tapdb.run("SET search_path = pg_temp, lab")
        for forgery in FORGERIES:
            with pytest.raises(errors.InsufficientPrivilege):
                tapdb.run(forgery)


def test_row_level_security_can_be_added(clerk: str, as_owner: str) -> None:
    """A policy is enough: numbers and audit do not pass through it, reading and deleting do."""
    with opened(as_owner, "lab") as owner:
        owner.run("ALTER TABLE generic_instance ENABLE ROW LEVEL SECURITY")
        owner.run("ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY")
        owner.run("CREATE POLICY own ON generic_instance TO clerk USING (name = 'i')")
        owner.run(INSTANCE.format(schema="", template=1).replace("'i'", "'not his'"))
    with opened(clerk, "lab") as tapdb:
        for _ in range(2):
            tapdb.run(INSTANCE.format(schema="", template=1))
        with pytest.raises(errors.InsufficientPrivilege):
            tapdb.run(INSTANCE.format(schema="", template=1).replace("'i'", "'not his'"))
        assert tapdb.run("UPDATE generic_instance SET bstatus = 'seen'") == 2
        tapdb.run("DELETE FROM generic_instance WHERE uuid IN (1, 2)")
    with opened(as_owner, "lab") as owner:
        rows = owner.rows("SELECT euid_seq, name, bstatus, is_deleted FROM generic_instance ORDER BY uuid")
        assert rows == [(1, "not his", "created", False), (2, "i", "seen", True), (3, "i", "seen", False)]
        assert [row[0] for row in owner.audited("generic_instance", 2)] == ["INSERT", "UPDATE", "DELETE"]
        assert [row[0] for row in owner.audited("generic_instance", 1)] == ["INSERT"]
