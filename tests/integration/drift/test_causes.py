"""Whatever was done by hand or in manifests is told apart, on every server, and one apply ends it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from repairing import asked
from roles import APPLICATION, DECLARED, make_roles
from tapdb_ctl.core.attribution import Cause
from worlds import World, environment, indexed, template

if TYPE_CHECKING:
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.resource import Desired

TUBE = "template.container/tube/t{}/1.0"
EDITED = "UPDATE generic_template SET bstatus = 'broken' WHERE subtype = 't0'"

BY_HAND = {
    TUBE.format(0): EDITED,
    TUBE.format(1): "DELETE FROM generic_template WHERE subtype = 't1'",
    "schema.trigger/generic_instance.audit_insert_generic_instance": (
        "DROP TRIGGER audit_insert_generic_instance ON generic_instance"
    ),
    "schema.trigger/generic_instance_lineage.check_edges_insert": (
        "ALTER TABLE generic_instance_lineage DISABLE TRIGGER check_edges_insert"
    ),
    "schema.function/crockford_base32_encode(bigint)": (
        "CREATE OR REPLACE FUNCTION crockford_base32_encode(val bigint) RETURNS text"
        " LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT val::text'"
    ),
    "schema.index/idx_generic_instance_json_addl_gin": "DROP INDEX idx_generic_instance_json_addl_gin",
    "schema.column/generic_instance.colour": "ALTER TABLE generic_instance ADD COLUMN colour text",
    "schema.column/tapdb_user.last_login_dt": "ALTER TABLE tapdb_user DROP COLUMN last_login_dt",
    "schema.table/generic_instance": "GRANT SELECT ON generic_instance TO PUBLIC",
    f"schema.grant/{APPLICATION}/table/generic_template": f"GRANT UPDATE ON generic_template TO {APPLICATION}",
    f"schema.grant/{APPLICATION}/table/audit_log": f"REVOKE SELECT ON audit_log FROM {APPLICATION}",
    "schema.sequence/generic_template_seq": "SELECT setval('generic_template_seq', 1)",
    "prefix.CX": "DROP SEQUENCE cx_instance_seq",
    "identity.audit_log": "ALTER SEQUENCE tad_audit_seq CACHE 20",
}


def causes(plan: Plan) -> dict[str, Cause | None]:
    return {str(p.change.address): p.attribution and p.attribution.cause for p in plan.changes}


def test_what_somebody_did_by_hand_has_drifted(each_world: World) -> None:
    make_roles(each_world, *DECLARED.roles)
    each_world.converge(DECLARED)
    each_world.sql("CREATE INDEX theirs ON generic_instance (name)")
    for statement in BY_HAND.values():
        each_world.sql(statement)

    plan = each_world.plan(DECLARED)
    assert causes(plan) == dict.fromkeys(BY_HAND, Cause.DRIFT)
    assert [f.address for f in plan.findings if f.code == "PG041"] == ["schema.index/theirs"]

    each_world.apply(plan, *asked(plan))
    again = each_world.plan(DECLARED)
    assert not again.changes
    assert [f.code for f in again.findings] == ["PG041"], "what is not modelled is listed, and left alone"


def declared(*templates: str, **changed: object) -> Desired:
    return environment(*(template(f"container/tube/{subtype}/1.0", **changed) for subtype in templates))


FIRST = replace(declared("a", "b", "c"), catalogs={"lab": True})


@pytest.mark.parametrize(
    ("by_hand", "second", "expected"),
    [
        ("", declared("a", "b", "c", name="new"), {"a": "manifests", "b": "manifests", "c": "manifests"}),
        ("", declared("a", "b"), {"c": "manifests"}),
        ("", declared("a", "b", "c", "d"), {"d": "manifests"}),
        ("SET bstatus = 'x' WHERE subtype = 'c'", declared("a", "b"), {"c": "both"}),
        ("SET bstatus = 'x' WHERE subtype = 'c'", declared("a", "b", "c"), {"c": "drift"}),
        (
            "SET name = 'mine' WHERE subtype = 'c'",
            declared("a", "b", "c", name="new"),
            {"a": "manifests", "b": "manifests", "c": "both"},
        ),
        ("SET name = 'new'", declared("a", "b", "c", name="new"), {}),
        ("SET is_deleted = true WHERE subtype = 'a'", FIRST, {"a": "drift"}),
    ],
)
def test_manifests_and_hands_are_told_apart(
    world: World, by_hand: str, second: Desired, expected: dict[str, str]
) -> None:
    world.converge(FIRST)
    if by_hand:
        world.sql(f"UPDATE generic_template {by_hand}")
    found = causes(world.plan(second))
    assert found == {f"template.container/tube/{name}/1.0": Cause(cause) for name, cause in expected.items()}


def test_a_row_that_is_gone_was_deleted_by_somebody(world: World) -> None:
    world.converge(FIRST)
    world.sql("ALTER TABLE generic_template DISABLE TRIGGER USER; DELETE FROM generic_template WHERE subtype = 'a'")
    world.sql("ALTER TABLE generic_template ENABLE TRIGGER USER")
    assert causes(world.plan(FIRST)) == {"template.container/tube/a/1.0": Cause.DRIFT}


def test_another_name_and_another_owner_are_the_manifests_doing(world: World) -> None:
    world.converge(FIRST)
    old = template("container/tube/a/1.0").address
    renamed = replace(template("container/tube/z/1.0", name="a"), renamed_from=old)
    moved = template("container/tube/b/1.0", owner="core")
    kept = template("container/tube/c/1.0")
    desired = environment(renamed, moved, kept)
    expected = {str(renamed.address): Cause.MANIFESTS, str(moved.address): Cause.MANIFESTS}
    assert causes(world.plan(desired)) == expected

    world.sql("UPDATE generic_template SET bstatus = 'x' WHERE subtype IN ('a', 'b')")
    assert causes(world.plan(desired)) == dict.fromkeys(expected, Cause.BOTH)


def test_a_template_that_returns_was_declared_again(world: World) -> None:
    world.converge(FIRST)
    world.converge(declared("a", "b"), "template")
    assert causes(world.plan(FIRST)) == {"template.container/tube/c/1.0": Cause.MANIFESTS}


def test_a_property_index_is_its_catalogues(world: World) -> None:
    barcode = indexed("container/tube/a/1.0", "properties.barcode")
    wanted = environment(template("container/tube/a/1.0"), indexes=[barcode])
    world.converge(environment(template("container/tube/a/1.0")))
    assert causes(world.plan(wanted)) == {str(barcode.address): Cause.MANIFESTS}
    world.converge(wanted)
    world.sql(f"DROP INDEX {barcode.address.name.partition('/')[2]}")
    assert causes(world.plan(wanted)) == {str(barcode.address): Cause.DRIFT}


def test_what_came_with_another_version_of_the_schema_is_unknown(world: World) -> None:
    """Unless an apply repaired it since: then the ledger knows."""
    repaired, never = "idx_generic_instance_mod_dt", "idx_generic_instance_template_uuid"
    world.converge(FIRST)
    world.sql(f"DROP INDEX {repaired}")
    world.converge(FIRST)
    world.sql(f"UPDATE tapdb_meta SET schema_digest = 'an older one'; DROP INDEX {repaired}; DROP INDEX {never}")
    assert causes(world.plan(FIRST)) == {f"schema.index/{repaired}": Cause.DRIFT, f"schema.index/{never}": None}


def test_a_ledger_that_cannot_be_read_tells_nothing(world: World) -> None:
    world.converge(FIRST)
    world.sql(f"{EDITED.replace('t0', 'a')}; ALTER TABLE tapdb_ledger DROP COLUMN applied_at")
    plan = world.plan(FIRST)
    assert set(causes(plan).values()) == {None}
    world.apply(plan, *asked(plan))
    assert not world.plan(FIRST).changes
