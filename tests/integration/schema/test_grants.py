"""Grants as a plan sees and an apply keeps them: those of declared roles; those of others are listed and stay."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from psycopg2 import errors

from folders import Folder, pack
from roles import APPLICATION, DECLARED, READER, ROLES, UNDECLARED, as_role, make_roles, session
from tapdb_ctl.assets import asset
from tapdb_ctl.core.resource import Role
from tapdb_ctl.core.step import Sql
from tapdb_ctl.engine.planning import pruning
from tapdb_ctl.engine.scoping import Scope
from tapdb_ctl.errors import RefusedError, Severity, TapdbError
from tapdb_ctl.providers.postgres.connector import Connector
from tapdb_ctl.providers.postgres.provider import PostgresProvider
from tapdb_ctl.providers.postgres.schema.shipped import Shipped
from tapdb_ctl.providers.postgres.target import Settings
from upstream import schema_sql
from worlds import World, environment, template

if TYPE_CHECKING:
    from managed import Tapdb
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.errors import Finding

INSTANCE = f"schema.grant/{APPLICATION}/table/generic_instance"
INSTANCES = "SELECT count(*) FROM generic_instance"


@pytest.fixture
def declared(world: World) -> World:
    """A database whose environment declares both roles."""
    make_roles(world, *ROLES, "outsider")
    world.converge(DECLARED)
    return world


def changes(plan: Plan) -> list[str]:
    return [f"{'-'.join(p.change.actions)} {p.change.address}" for p in plan.changes]


def statements(plan: Plan) -> list[str]:
    return [step.act.text for planned in plan.changes for step in planned.steps if isinstance(step.act, Sql)]


def refuse(role: Tapdb, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        role.run(statement)


def told(plan: Plan, code: str) -> list[Finding]:
    return [finding for finding in plan.findings if finding.code == code]


def test_a_second_plan_is_empty(declared: World) -> None:
    plan = declared.plan(DECLARED)
    assert (plan.changes, plan.findings) == ((), ())


def test_what_is_missing_is_granted(declared: World) -> None:
    declared.sql(f"REVOKE INSERT, UPDATE ON generic_instance FROM {APPLICATION}")
    plan = declared.plan(DECLARED)
    assert changes(plan) == [f"update {INSTANCE}"]
    assert statements(plan) == [f'GRANT INSERT, UPDATE ON TABLE "generic_instance" TO "{APPLICATION}"']
    declared.apply(plan)
    assert not declared.plan(DECLARED).changes
    with session(declared, APPLICATION) as app:
        assert app.instances(app.value("SELECT min(uuid) FROM generic_template"))


def test_what_is_too_much_is_revoked(declared: World) -> None:
    declared.sql(
        f"GRANT TRUNCATE ON generic_instance TO {APPLICATION};"
        f"GRANT SELECT ON generic_instance TO {APPLICATION} WITH GRANT OPTION"
    )
    plan = declared.plan(DECLARED)
    assert changes(plan) == [f"update {INSTANCE}"]
    assert statements(plan) == [
        f'REVOKE TRUNCATE ON TABLE "generic_instance" FROM "{APPLICATION}"',
        f'REVOKE GRANT OPTION FOR SELECT ON TABLE "generic_instance" FROM "{APPLICATION}"',
    ]
    declared.apply(plan)
    assert not declared.plan(DECLARED).changes


def test_what_a_role_granted_on_is_not_taken_from_others_in_passing(declared: World) -> None:
    declared.sql(f"GRANT SELECT ON generic_instance TO {APPLICATION} WITH GRANT OPTION")
    with session(declared, APPLICATION) as app:
        app.run("GRANT SELECT ON generic_instance TO outsider")
    with pytest.raises(TapdbError, match="dependent privileges exist"):
        declared.apply(declared.plan(DECLARED))
    (finding,) = told(declared.plan(DECLARED), "PG043")
    assert finding.detail == f"outsider: SELECT granted by {APPLICATION} on table/generic_instance"


def test_what_another_role_granted_is_for_that_role_to_revoke(declared: World) -> None:
    declared.sql("GRANT INSERT ON audit_log TO outsider WITH GRANT OPTION")
    declared.sql(f"SET ROLE outsider; GRANT INSERT ON audit_log TO {APPLICATION}")
    (finding,) = declared.plan(DECLARED).errors
    assert (finding.code, finding.address) == ("PG040", f"schema.grant/{APPLICATION}/table/audit_log")
    assert "INSERT granted by outsider" in finding.detail
    declared.sql("REVOKE INSERT ON audit_log FROM outsider CASCADE")
    assert not declared.plan(DECLARED).findings


def test_a_grant_to_somebody_else_is_listed_and_stays(declared: World) -> None:
    declared.sql(
        "GRANT SELECT, UPDATE ON generic_instance TO outsider; GRANT SELECT (username) ON tapdb_user TO outsider;"
        "GRANT USAGE ON SEQUENCE generic_template_seq TO outsider;"
        "GRANT EXECUTE ON FUNCTION meridian_generate_euid(text, bigint) TO outsider"
    )
    plan = declared.plan(DECLARED)
    (finding,) = plan.findings
    assert (finding.code, finding.severity, plan.changes) == ("PG043", Severity.INFO, ())
    assert finding.detail == (
        "outsider: SELECT on column/tapdb_user.username; EXECUTE on function/meridian_generate_euid(text,bigint);"
        " USAGE on sequence/generic_template_seq; SELECT, UPDATE on table/generic_instance"
    )
    declared.converge(replace(DECLARED, resources={**DECLARED.resources, **environment(template("a/b/c/1")).resources}))
    assert declared.value("SELECT has_table_privilege('outsider', 'generic_instance', 'UPDATE')")


def test_show_lists_what_is_declared(folder: Folder) -> None:
    make_roles(folder.world, APPLICATION, "outsider")
    folder.write(pack(1), roles={"application": [APPLICATION]})
    assert folder.run("apply", "--auto-approve")[0] == 0
    folder.world.sql("GRANT SELECT ON generic_instance TO outsider")
    _, out, _ = folder.run("show")
    assert (INSTANCE in out, "outsider" in out) == (True, False)


def test_the_listing_says_how_to_revoke(declared: World) -> None:
    declared.sql(
        "GRANT SELECT, UPDATE ON generic_instance, audit_log TO outsider; GRANT UPDATE (name) ON generic_instance"
        " TO outsider; GRANT EXECUTE ON FUNCTION meridian_generate_euid(text, bigint) TO outsider"
    )
    hint = told(declared.plan(DECLARED), "PG043")[0].hint
    declared.sql(hint.partition(": ")[2])
    assert not declared.plan(DECLARED).findings


def test_a_role_taken_out_of_the_manifest_is_listed(declared: World) -> None:
    plan = declared.plan(UNDECLARED)
    assert (plan.changes, [finding.code for finding in plan.findings]) == ((), ["PG043", "PG043"])
    declared.apply(plan)
    declared.sql("; ".join(finding.hint.partition(": ")[2] for finding in plan.findings))
    assert not declared.plan(UNDECLARED).findings
    with session(declared, READER) as reader:
        refuse(reader, INSTANCES)


def test_a_grant_that_a_declared_role_has_no_need_of_goes_when_that_is_asked(declared: World) -> None:
    declared.sql(f"GRANT SELECT ON tapdb_user TO {READER}")
    plan = declared.plan(DECLARED)
    (finding,) = plan.findings
    assert (finding.code, finding.severity, plan.changes) == ("PG043", Severity.WARNING, ())
    plan = declared.plan(pruning(DECLARED))
    assert (changes(plan), plan.findings) == ([f"delete schema.grant/{READER}/table/tapdb_user"], ())
    with pytest.raises(RefusedError, match="1 grant would be destroyed"):
        declared.apply(plan)
    declared.apply(plan, "grant")
    plan = declared.plan(pruning(DECLARED))
    assert (plan.changes, plan.findings) == ((), ())


def test_grants_on_what_goes_are_revoked_before_it_goes(declared: World) -> None:
    declared.sql(f"ALTER TABLE tapdb_user ADD colour text; GRANT SELECT (colour) ON tapdb_user TO {READER}")
    plan = declared.plan(pruning(DECLARED))
    assert changes(plan) == [
        f"delete schema.grant/{READER}/column/tapdb_user.colour",
        "delete schema.column/tapdb_user.colour",
    ]
    declared.apply(plan, "grant", "column")
    assert not declared.plan(DECLARED).changes


def test_another_kind_of_role_has_other_rights(declared: World) -> None:
    desired = replace(DECLARED, roles={APPLICATION: Role("read_only"), READER: Role("application")})
    plan = declared.plan(pruning(desired))
    assert {f"delete schema.grant/{APPLICATION}/table/tapdb_user", f"update {INSTANCE}"} < set(changes(plan))
    declared.apply(plan, "grant")
    assert not declared.plan(desired).changes
    with session(declared, APPLICATION) as app:
        refuse(app, "DELETE FROM generic_instance")


@pytest.mark.parametrize(
    ("table", "roles"),
    [
        ("generic_instance_lineage", [APPLICATION, READER]),
        ("generic_instance", [APPLICATION, READER]),
        ("audit_log", [APPLICATION, READER]),
        ("tapdb_user", [APPLICATION]),
    ],
)
def test_a_table_that_is_made_again_has_its_grants_again(each_world: World, table: str, roles: list[str]) -> None:
    make_roles(each_world, *ROLES)
    each_world.converge(DECLARED)
    each_world.sql(f"DROP TABLE {table} CASCADE")
    plan = each_world.plan(DECLARED)
    made = changes(plan)
    granted = [change for change in made if change.startswith("create schema.grant/")]
    assert granted == [f"create schema.grant/{role}/table/{table}" for role in roles]
    assert all(made.index(grant) > made.index(f"create schema.table/{table}") for grant in granted)
    each_world.apply(plan)
    assert not each_world.plan(DECLARED).changes
    with session(each_world, APPLICATION) as app:
        app.edge(*app.instances(app.value("SELECT min(uuid) FROM generic_template"), 2))


def test_a_sequence_that_is_made_again_needs_no_grant(declared: World) -> None:
    declared.sql("DROP SEQUENCE generic_instance_lineage_seq, cx_instance_seq")
    plan = declared.plan(DECLARED)
    assert changes(plan) == ["create schema.sequence/generic_instance_lineage_seq", "create prefix.CX"]
    declared.apply(plan)
    with session(declared, APPLICATION) as app:
        app.edge(*app.instances(app.value("SELECT min(uuid) FROM generic_template"), 2))


def test_default_privileges_do_not_get_in(world: World) -> None:
    make_roles(world, *ROLES)
    world.sql(f"ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO {APPLICATION}, {READER}")
    world.converge(DECLARED)
    assert world.value(f"SELECT has_table_privilege('{READER}', 'generic_instance', 'SELECT')")
    assert not world.value(f"SELECT has_table_privilege('{READER}', 'generic_instance', 'UPDATE')")
    assert not world.plan(DECLARED).changes


@pytest.mark.parametrize("name", ["lab", 'Odd "Schema'])
def test_the_schema_may_be_one_that_nobody_else_may_use(world: World, name: str) -> None:
    lab = replace(world, settings=Settings(schema=name, lock_wait=5))
    make_roles(lab, *ROLES)
    lab.converge(DECLARED)
    assert not lab.plan(DECLARED).changes
    with session(lab, READER) as reader:
        quoted = name.replace('"', '""')
        assert reader.value(f'SELECT count(*) FROM "{quoted}".generic_template') == 2
    plan = lab.plan(UNDECLARED)
    lab.sql("; ".join(finding.hint.partition(": ")[2] for finding in plan.findings))
    assert not lab.plan(UNDECLARED).findings


def test_usage_that_everybody_has_is_enough(declared: World) -> None:
    declared.sql(f"REVOKE USAGE ON SCHEMA public FROM {APPLICATION}")
    assert not declared.plan(DECLARED).changes
    declared.sql("REVOKE USAGE ON SCHEMA public FROM PUBLIC")
    plan = declared.plan(DECLARED)
    assert statements(plan) == [
        f'REVOKE ALL ON SCHEMA "public" FROM "{APPLICATION}"; GRANT USAGE ON SCHEMA "public" TO "{APPLICATION}"'
    ]
    declared.apply(plan)
    declared.sql(f"GRANT CREATE ON SCHEMA public TO {APPLICATION}")
    declared.converge(DECLARED)
    with session(declared, APPLICATION) as app:
        assert app.value(INSTANCES) == 0
        refuse(app, "CREATE TABLE mine ()")


@pytest.mark.parametrize(("schema", "given"), [("lab", "CREATE, USAGE"), ("public", "CREATE")])
def test_the_schema_may_be_somebody_elses(each_world: World, schema: str, given: str) -> None:
    make_roles(each_world, *ROLES, "grantor")
    each_world.sql(
        f"CREATE SCHEMA IF NOT EXISTS {schema}; GRANT {given} ON SCHEMA {schema} TO grantor WITH GRANT OPTION"
    )
    grantor = replace(as_role(each_world, "grantor"), settings=Settings(schema=schema, lock_wait=5))
    grantor.converge(DECLARED)
    plan = grantor.plan(DECLARED)
    assert (plan.changes, plan.findings) == ((), ())
    with session(grantor, READER) as reader:
        assert reader.value("SELECT count(*) FROM generic_template") == 2


def test_a_role_of_an_odd_name(world: World) -> None:
    name = 'Odd/"Röle".x'
    make_roles(world, name)
    desired = replace(UNDECLARED, roles={name: Role("read_only")})
    world.converge(desired)
    assert not world.plan(desired).changes
    with session(world, name) as reader:
        assert reader.value(INSTANCES) == 0
    (finding,) = world.plan(UNDECLARED).findings
    assert finding.detail.startswith(f"{name}: ")
    world.sql(finding.hint.partition(": ")[2])


MISSING = replace(UNDECLARED, roles={"tapdb_nobody": Role("application"), **ROLES})


def test_a_role_that_is_missing_is_told_while_planning(declared: World) -> None:
    plan = declared.plan(MISSING)
    (finding,) = plan.errors
    assert (finding.code, finding.address) == ("PG051", "schema.grant/tapdb_nobody/schema/managed")
    assert finding.hint.startswith('CREATE ROLE "tapdb_nobody" LOGIN')
    with pytest.raises(RefusedError, match="a declared role does not exist"):
        declared.apply(plan)
    assert not declared.plan(DECLARED).changes
    assert not declared.plan(MISSING, Scope(excludes=("schema.grant/*",))).errors


def test_the_line_that_declares_a_missing_role_is_named(folder: Folder) -> None:
    folder.write(pack(1), roles={"application": ["tapdb_nobody"]})
    code, out, err = folder.run("apply", "--auto-approve")
    assert (code, "manifests/dev.yaml:17:" in err, "PG051" in err) == (1, True, True), out + err
    assert folder.world.value("SELECT to_regclass('generic_template')") is None


def test_also_before_the_schema_and_before_the_database(world: World) -> None:
    make_roles(world, *ROLES)
    assert [finding.code for finding in world.plan(MISSING).errors] == ["PG051"]
    nowhere = replace(world, database="roles_nowhere")
    with_database = replace(environment(database="roles_nowhere"), roles=MISSING.roles)
    assert [finding.code for finding in nowhere.plan(with_database).errors] == ["PG051"]
    assert not world.value("SELECT count(*) FROM pg_database WHERE datname = 'roles_nowhere'")


def test_also_before_the_server() -> None:
    nowhere = PostgresProvider(Connector(lambda: None, Settings()), Shipped.read(asset("schema")), "dev")
    assert [finding.code for finding in nowhere.inspect(DECLARED).findings] == ["PG051", "PG051"]
    assert not nowhere.inspect(UNDECLARED).findings


def test_a_role_that_is_dropped_meanwhile_leaves_nothing_half_done(world: World) -> None:
    world.sql("CREATE ROLE tapdb_brief")
    desired = replace(UNDECLARED, roles={"tapdb_brief": Role("application")})
    plan = world.plan(desired)
    world.sql("DROP ROLE tapdb_brief")
    with pytest.raises(TapdbError, match='role "tapdb_brief" does not exist'):
        world.apply(plan)
    assert world.value("SELECT to_regclass('generic_template')") is None


def test_the_role_that_applies_is_no_applications(world: World) -> None:
    desired = replace(UNDECLARED, roles={world.server.user: Role("application")})
    assert [finding.code for finding in world.plan(desired).errors] == ["PG052"]
    world.converge(UNDECLARED)
    assert [finding.code for finding in world.plan(desired).errors] == ["PG052"]


def test_a_plan_is_stale_when_its_grants_moved(declared: World) -> None:
    declared.sql(f"REVOKE INSERT ON generic_instance FROM {APPLICATION}")
    plan = declared.plan(DECLARED)
    declared.sql(f"REVOKE SELECT ON generic_template FROM {READER}")
    with pytest.raises(TapdbError, match=f"schema.grant/{READER}/table/generic_template is gone"):
        declared.apply(plan)


def test_grants_are_looked_at_once_more_before_the_commit(declared: World) -> None:
    declared.sql(
        "CREATE FUNCTION meddle() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF has_table_privilege('{APPLICATION}', 'generic_instance', 'INSERT') THEN"
        f" REVOKE INSERT ON generic_instance FROM {APPLICATION}; END IF; END $$;"
        "CREATE EVENT TRIGGER meddle ON ddl_command_end WHEN TAG IN ('GRANT') EXECUTE FUNCTION meddle();"
        f"REVOKE INSERT ON generic_instance FROM {APPLICATION}"
    )
    with pytest.raises(TapdbError, match=f"PLN031.*{INSTANCE}"):
        declared.converge(DECLARED)


def test_a_database_of_0_1_13_keeps_its_roles(each_world: World) -> None:
    make_roles(each_world, *ROLES, "outsider")
    each_world.sql(schema_sql())
    each_world.sql(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {APPLICATION}, outsider")
    each_world.sql(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION}, outsider")
    each_world.sql(f"GRANT ALL ON ALL ROUTINES IN SCHEMA public TO {APPLICATION}, outsider")
    desired = replace(environment(template("our/own/template/1.0")), roles=ROLES)
    each_world.apply(each_world.plan(pruning(desired)), "grant")
    plan = each_world.plan(pruning(desired))
    assert (plan.changes, [finding.detail.partition(":")[0] for finding in plan.findings]) == ((), ["outsider"])
    with session(each_world, APPLICATION) as app:
        app.edge(*app.instances(app.value("SELECT min(uuid) FROM generic_template"), 2))
        refuse(app, "UPDATE generic_template SET name = ''")
