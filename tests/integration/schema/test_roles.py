"""What the declared roles can do, and what they cannot, as themselves."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from psycopg2 import errors

from documents import ROOT
from folders import Folder, pack
from roles import APPLICATION, DECLARED, READER, ROLES, as_role, make_roles, session
from tapdb_ctl.assets import asset
from tapdb_ctl.euid import parse_euid
from tapdb_ctl.providers.postgres.schema.names import kind, parts
from tapdb_ctl.providers.postgres.schema.roles import needed
from tapdb_ctl.providers.postgres.schema.shipped import Shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from worlds import World

TABLES = [parts(at)[0] for at in Shipped.read(asset("schema")).snapshot.resources if kind(at) == "table"]
LISTED = {"application": [APPLICATION], "read_only": [READER]}
TEMPLATE = "SELECT uuid FROM generic_template ORDER BY uuid LIMIT 1"

ANYBODY = [
    "CREATE TABLE mine ()",
    "CREATE FUNCTION mine() RETURNS integer RETURN 1",
    "CREATE SEQUENCE xy_instance_seq",
    "SELECT nextval('cx_instance_seq')",
    "SELECT setval('generic_template_seq', 1)",
    "ALTER TABLE generic_instance DISABLE TRIGGER ALL",
    "INSERT INTO generic_template SELECT * FROM generic_template",
    "UPDATE generic_template SET json_addl = '{}'",
    "DELETE FROM generic_template",
    "TRUNCATE generic_instance CASCADE",
    "INSERT INTO audit_log (rel_table_name, rel_table_uuid_fk, rel_table_euid_fk) VALUES ('generic_instance', 1, 'x')",
    "UPDATE audit_log SET changed_by = 'nobody'",
    "DELETE FROM audit_log",
    "SELECT tapdb_retire_audit(now())",
    "UPDATE tapdb_meta SET environment = 'prod'",
    "INSERT INTO tapdb_ledger (environment) VALUES ('dev')",
    "DELETE FROM tapdb_ledger_change",
    "DELETE FROM tapdb_ownership",
    "UPDATE tapdb_identity_prefix_config SET prefix = 'XX'",
    "INSERT INTO _tapdb_migrations (filename) VALUES ('x')",
    "CREATE TEMPORARY TABLE t (LIKE audit_log); CREATE TRIGGER t AFTER INSERT ON t EXECUTE FUNCTION record_insert()",
]
REFUSED = {
    APPLICATION: [*ANYBODY, "DELETE FROM tapdb_user", "SELECT FROM tapdb_ledger", "SELECT FROM tapdb_ownership"],
    READER: [
        *ANYBODY,
        "INSERT INTO generic_instance SELECT * FROM generic_instance",
        "UPDATE generic_instance SET name = 'x'",
        "DELETE FROM generic_instance",
        "UPDATE generic_instance_lineage SET is_deleted = true",
        "INSERT INTO tapdb_user (username) VALUES ('x')",
        "SELECT FROM tapdb_user",
        "SELECT username FROM tapdb_user",
    ],
}


@pytest.fixture(scope="session")
def shared_roles() -> Callable[[World], World]:
    """One database for each server whose environment declares both roles; tests roll back what they do in it."""
    made: dict[int, World] = {}

    def prepared(world: World) -> World:
        if world.server.major not in made:
            world.server.run(
                "CREATE DATABASE roles_tests TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
            )
            made[world.server.major] = replace(world, database="roles_tests")
            make_roles(world, *ROLES)
            made[world.server.major].converge(DECLARED)
        return made[world.server.major]

    return prepared


def test_an_application_creates_links_deletes_and_restores(each_world: World) -> None:
    make_roles(each_world, *ROLES)
    each_world.converge(DECLARED)
    with session(each_world, APPLICATION) as app:
        parent, child = app.instances(app.value(TEMPLATE), 2)
        edge = app.edge(parent, child)
        assert parse_euid(app.euid("generic_instance", child)).number == 2
        assert app.run("UPDATE generic_instance SET json_addl = '{\"a\": 1}' WHERE uuid = %s", parent) == 1
        for table, uuid in (("generic_instance_lineage", edge), ("generic_instance", child)):
            app.run(f"DELETE FROM {table} WHERE uuid = %s", uuid)
            assert app.value(f"SELECT is_deleted FROM {table} WHERE uuid = %s", uuid)
        for table, uuid in (("generic_instance", child), ("generic_instance_lineage", edge)):
            app.run(f"UPDATE {table} SET is_deleted = false WHERE uuid = %s", uuid)
            assert [row[0] for row in app.audited(table, uuid)] == ["INSERT", "DELETE", "UPDATE"]
        by_us = "SELECT DISTINCT changed_by FROM audit_log WHERE rel_table_name <> 'generic_template'"
        assert app.value(by_us) == APPLICATION
        assert app.value("SELECT catalog_revision FROM tapdb_meta") == 1


def test_an_application_may_give_euids_and_keep_users(each_world: World) -> None:
    make_roles(each_world, *ROLES)
    each_world.converge(DECLARED)
    with session(each_world, APPLICATION) as app:
        app.instances(app.value(TEMPLATE), euid="CX-Z8A")
        (following,) = app.instances(app.value(TEMPLATE))
        assert app.value("SELECT euid_seq FROM generic_instance WHERE uuid = %s", following) == 1001
        assert app.value("INSERT INTO tapdb_user (username) VALUES ('ada') RETURNING euid").startswith("TSR-")
        assert app.run("UPDATE tapdb_user SET last_login_dt = now() WHERE username = 'ada'") == 1


@pytest.mark.parametrize(("role", "statement"), [(role, each) for role, listed in REFUSED.items() for each in listed])
def test_a_role_may_no_more(
    each_world: World, shared_roles: Callable[[World], World], role: str, statement: str
) -> None:
    with session(shared_roles(each_world), role) as tapdb:
        tapdb.run("BEGIN")
        assert re.search(r"permission denied|must be owner", tapdb.refused(errors.InsufficientPrivilege, statement))


def test_a_reader_reads_everything_but_users(each_world: World, shared_roles: Callable[[World], World]) -> None:
    with session(shared_roles(each_world), READER) as tapdb:
        for table in TABLES:
            if table != "tapdb_user":
                tapdb.rows(f"SELECT * FROM {table}")


def test_a_reader_plans(each_world: World, tmp_path: Path) -> None:
    make_roles(each_world, *ROLES)
    owner, reader = Folder(tmp_path, each_world), Folder(tmp_path, as_role(each_world, READER))
    owner.write(pack(2), roles=LISTED)
    assert owner.run("apply", "--auto-approve")[0] == 0
    reader.write(pack(2), roles=LISTED)
    code, out, err = reader.run("plan", "--detailed-exitcode")
    assert code == 0, out + err
    reader.write(pack(3), roles=LISTED)
    code, out, err = reader.run("plan", "--detailed-exitcode")
    assert (code, "t2/1.0 will be created" in out) == (2, True), out + err
    code, out, err = reader.run("apply", "--auto-approve")
    assert (code, "PG004" in err) == (1, True), out + err


def test_a_reader_plans_the_repair_of_a_table_that_it_may_not_read(each_world: World) -> None:
    make_roles(each_world, *ROLES)
    each_world.converge(DECLARED)
    each_world.sql(
        "ALTER TABLE tapdb_user DROP CONSTRAINT tapdb_user_email_key, ALTER role DROP NOT NULL, ADD colour text"
    )
    plan = as_role(each_world, READER).plan(DECLARED)
    assert {str(p.change.address) for p in plan.changes} == {
        "schema.column/tapdb_user.colour",
        "schema.column/tapdb_user.role",
        "schema.constraint/tapdb_user.tapdb_user_email_key",
    }
    assert [finding.code for finding in plan.findings] == ["PG042", "PG053", "PG053"]
    each_world.apply(plan, "column")
    assert not each_world.plan(DECLARED).changes


def test_the_page_says_who_may_do_what() -> None:
    rows = [f"| `{table}` | {_cell('application', table)} | {_cell('read_only', table)} |" for table in sorted(TABLES)]
    assert (
        "\n".join(["| table | `application` | `read_only` |", "|---|---|---|", *rows, ""])
        in (ROOT / "docs" / "schema.md").read_text()
    )


def _cell(role: str, table: str) -> str:
    return ", ".join(needed(role, table)) or "none"
