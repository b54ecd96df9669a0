"""Indexes that templates declare: made, compared, rebuilt and dropped as other objects are."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import psycopg2
import pytest

from tapdb_ctl import properties
from tapdb_ctl.core.resource import Resource
from tapdb_ctl.core.step import Phase
from tapdb_ctl.engine.applying import PhaseError
from tapdb_ctl.errors import RefusedError, Severity
from tapdb_ctl.providers.postgres.schema import inspect
from upstream import schema_sql
from worlds import World, environment, indexed, template, tubes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pg_servers import Server
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.resource import Desired

CODE = "container/tube/t0/1.0"
TUBES = tubes(2)
BARCODE = indexed(CODE, "properties.barcode")
NAME = BARCODE.address.name.removeprefix("index/")
DEFINITION = "SELECT pg_get_indexdef(%s::regclass, 0, true)"
OWNER = "SELECT catalog FROM tapdb_ownership WHERE address = %s"
INSERT = """
    INSERT INTO generic_instance (name, polymorphic_discriminator, category, type, subtype, version, template_uuid,
                                  json_addl, bstatus)
    SELECT 'i', 'container_instance', category, type, subtype, version, uuid, j.addl::jsonb, 'created'
      FROM generic_template AS t, unnest(%s) WITH ORDINALITY AS j (addl, place)
     WHERE t.subtype = 't0'
     ORDER BY place
 RETURNING euid
"""


def desired(*indexes: Resource, **more: Any) -> Desired:
    return environment(*TUBES, indexes=indexes, **more)


def changed(plan: Plan) -> list[str]:
    return [f"{planned.change.actions[0]} {planned.change.address}" for planned in plan.changes]


def inserted(world: World, *values: object, key: str = "barcode") -> list[str]:
    """The EUIDs of new instances, in the order of the values of their property."""
    rows = world.sql(INSERT, [json.dumps({"properties": {key: value}}) for value in values])
    return [euid for (euid,) in rows]


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table counts as too large to be indexed under lock."""
    monkeypatch.setattr(inspect, "LARGE", -1)


def test_it_comes_with_a_new_database_and_is_not_asked_for_again(each_world: World) -> None:
    each_world.converge(desired(BARCODE))
    assert each_world.value(DEFINITION, NAME) == BARCODE.attributes["definition"]
    assert each_world.value(OWNER, str(BARCODE.address)) == "lab"
    plan = each_world.plan(desired(BARCODE))
    assert (plan.changes, plan.findings) == ((), ())


def test_it_is_added_to_instances_that_are_there(world: World) -> None:
    world.converge(desired())
    inserted(world, "A", "B", None, 7)
    plan = world.plan(desired(BARCODE))
    assert changed(plan) == [f"create {BARCODE.address}"]
    assert [step.phase for step in plan.changes[0].steps] == [Phase.TRANSACTION]
    world.apply(plan)
    assert not world.plan(desired(BARCODE)).changes


@pytest.mark.parametrize(
    ("read_as", "values", "sought", "count"),
    [
        ("text", [f"B-{n}" for n in range(3000)], "= 'B-77'", 1),
        ("numeric", [n / 4 for n in range(3000)], "BETWEEN 10 AND 11", 5),
        ("boolean", [n == 77 for n in range(3000)], "", 1),
        (
            "timestamptz",
            [f"2026-11-{1 + n // 1440:02}T{n // 60 % 24:02}:{n % 60:02}+01:00" for n in range(3000)],
            "= '2026-11-02 01:16Z'",
            1,
        ),
    ],
)
def test_a_query_with_the_same_expression_uses_it(
    each_world: World, read_as: properties.ValueType, values: list[object], sought: str, count: int
) -> None:
    index = indexed(CODE, "properties.barcode", read_as)
    each_world.converge(desired(index))
    inserted(each_world, *values)
    each_world.sql("ANALYZE generic_instance")
    value = properties.value(("properties", "barcode"), read_as, "i")
    condition = properties.live_instances(CODE, "i")
    query = f"SELECT count(*) FROM generic_instance AS i WHERE {value} {sought} AND {condition}"
    assert each_world.value(query) == count
    assert NAME in str(each_world.value(f"EXPLAIN (FORMAT JSON) {query}"))


def test_another_type_rebuilds_it(each_world: World) -> None:
    each_world.converge(desired(BARCODE))
    inserted(each_world, "A", 7)
    numeric = indexed(CODE, "properties.barcode", "numeric")
    plan = each_world.plan(desired(numeric))
    assert changed(plan) == [f"update {BARCODE.address}"]
    each_world.apply(plan)
    assert "numeric" in each_world.value(DEFINITION, NAME)
    assert not each_world.plan(desired(numeric)).changes


@pytest.mark.parametrize(
    "harm",
    [
        f"DROP INDEX {NAME}",
        f"DROP INDEX {NAME}; CREATE INDEX {NAME} ON generic_instance (name)",
        f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{NAME}'::regclass",
        f"COMMENT ON INDEX {NAME} IS 'mine'",
        "DROP FUNCTION tapdb_property_text(jsonb, text[]) CASCADE",
    ],
)
@pytest.mark.parametrize("size", ["small", "large"])
def test_what_was_done_to_it_by_hand_is_repaired(
    world: World, request: pytest.FixtureRequest, harm: str, size: str
) -> None:
    world.converge(desired(BARCODE))
    inserted(world, "A")
    if size == "large":
        request.getfixturevalue("large")
    world.sql(harm)
    assert str(BARCODE.address) in str(changed(world.plan(desired(BARCODE))))
    world.converge(desired(BARCODE))
    assert world.value(DEFINITION, NAME) == BARCODE.attributes["definition"]
    assert not world.plan(desired(BARCODE)).changes


def test_its_end_is_asked_for_by_kind(each_world: World) -> None:
    each_world.converge(desired(BARCODE))
    with pytest.raises(RefusedError, match=r"PLN010.*1 index would be destroyed"):
        each_world.converge(desired())
    each_world.converge(desired(), "index")
    assert each_world.value("SELECT to_regclass(%s)", NAME) is None
    assert not each_world.plan(desired()).changes
    assert each_world.sql(OWNER, str(BARCODE.address)) == []


def test_without_pruning_it_stays(world: World) -> None:
    world.converge(desired(BARCODE))
    plan = world.plan(desired(prune=False))
    assert not plan.changes
    assert [(f.code, f.address) for f in plan.findings] == [("PLN003", str(BARCODE.address))]


def test_it_goes_with_its_template(world: World) -> None:
    world.converge(desired(BARCODE))
    left = environment(TUBES[1])
    with pytest.raises(RefusedError, match=r"1 index would .*1 template would"):
        world.converge(left)
    world.converge(left, "template", "index")
    assert world.value("SELECT to_regclass(%s)", NAME) is None


def test_a_catalogue_is_empty_without_templates_whatever_else_it_owns(world: World) -> None:
    world.converge(desired(BARCODE))
    with pytest.raises(RefusedError, match=r"all 2 templates that catalogue lab owns"):
        world.converge(environment(), "template", "index")


def test_another_catalogues_is_nobodys_business(world: World) -> None:
    theirs = indexed("container/rack/theirs/1.0", "a", owner="theirs")
    world.converge(environment(template("container/rack/theirs/1.0", owner="theirs"), indexes=[theirs]))
    plan = world.plan(environment(*TUBES))
    assert [f.code for f in plan.findings] == ["PLN004"]
    assert str(theirs.address) not in str(changed(plan))
    assert theirs.address not in plan.live


def test_one_that_another_catalogue_owns_is_not_taken(world: World) -> None:
    world.converge(desired(BARCODE))
    mine = indexed(CODE, "properties.barcode", owner="mine")
    plan = world.plan(environment(template("a/b/c/1", owner="mine"), indexes=[mine]))
    assert [(f.code, f.address) for f in plan.errors] == [("PLN002", str(BARCODE.address))]


def test_duplicates_stand_in_the_way_of_a_unique_one(each_world: World) -> None:
    each_world.converge(desired())
    first, _, third, deleted = inserted(each_world, "A", "B", "A", "B")
    each_world.sql("UPDATE generic_instance SET is_deleted = true WHERE euid = %s", deleted)
    unique = indexed(CODE, "properties.barcode", unique=True)
    plan = each_world.plan(desired(unique))
    (finding,) = plan.errors
    assert (finding.code, finding.address) == ("PG045", str(unique.address))
    assert f"live instances share a value: {first} and {third}" in finding.detail
    assert "B" not in finding.detail.partition("share a value")[2]

    each_world.sql("UPDATE generic_instance SET is_deleted = true WHERE euid = %s", third)
    each_world.converge(desired(unique))
    with pytest.raises(psycopg2.errors.UniqueViolation, match=NAME):
        inserted(each_world, "A")
    inserted(each_world, None, None, 5, 5)


def test_an_invalid_unique_one_names_what_keeps_it_from_being_rebuilt(world: World) -> None:
    unique = indexed(CODE, "properties.barcode", unique=True)
    world.converge(desired(unique))
    world.sql(f"UPDATE pg_index SET indisvalid = false, indisready = false WHERE indexrelid = '{NAME}'::regclass")
    inserted(world, "A", "A")
    assert [f.code for f in world.plan(desired(unique)).errors] == ["PG045"]


def test_no_value_stops_an_instance_from_being_made(each_world: World) -> None:
    kinds = get_args(properties.ValueType)
    each_world.converge(desired(*(indexed(CODE, f"properties.{kind}", kind) for kind in kinds)))
    arabic = "\u0663\u0663\u0663\u0663-01-01"
    for kind in kinds:
        inserted(each_world, *[None, True], "", "x" * 3000, 10**3000, -1.5, [], {"a": "y" * 9000}, key=kind)
        inserted(each_world, "2026-02-30", "9999-99-99T99:99", "infinity", arabic, key=kind)
    each_world.sql(INSERT, ["[]", "3", "null", "{}"])


@pytest.mark.usefixtures("large")
def test_a_large_table_is_indexed_and_freed_while_others_write(world: World) -> None:
    world.converge(desired())
    inserted(world, "A")
    for wanted in (BARCODE, indexed(CODE, "properties.barcode", "numeric"), None):
        indexes = [wanted] if wanted else []
        plan = world.plan(desired(*indexes))
        (planned,) = plan.changes
        assert {step.phase for step in planned.steps} == {Phase.CONCURRENT}
        world.apply(plan, "index")
        assert not world.plan(desired(*indexes)).changes
    assert world.sql(OWNER, str(BARCODE.address)) == []


@pytest.mark.usefixtures("large")
def test_a_drop_that_fails_is_tried_again(world: World) -> None:
    world.converge(desired(BARCODE))
    hurried = replace(world, settings=replace(world.settings, lock_wait=0.3))
    with world.connection() as other, other.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM generic_instance")
        with pytest.raises(PhaseError, match="PG032"):
            hurried.converge(desired(), "index")
        other.rollback()
    plan = world.plan(desired())
    assert changed(plan) == [f"delete {BARCODE.address}"]
    world.apply(plan, "index")
    assert world.plan(desired()).changes == ()


def test_it_comes_with_the_migration_of_an_older_database(world: World) -> None:
    world.sql(schema_sql())
    unique = indexed(CODE, "properties.barcode", unique=True)
    world.converge(desired(unique))
    assert not world.plan(desired(unique)).changes


def test_it_comes_back_from_a_dump(server: Server, fresh_database: Callable[[Server], str], tmp_path: Path) -> None:
    source, target = World(server, fresh_database(server)), World(server, fresh_database(server))
    indexes = [indexed(CODE, f"properties.{kind}", kind) for kind in get_args(properties.ValueType)]
    source.converge(desired(*indexes))
    inserted(source, "2026-11-21", key="timestamptz")
    dump = [server.bin / "pg_dump", "-f", tmp_path / "dump.sql", server.dsn(source.database)]
    restore = [server.psql, "-XqAt1", "-v", "ON_ERROR_STOP=1", "-f", tmp_path / "dump.sql", server.dsn(target.database)]
    for command in (dump, restore):
        subprocess.run(command, check=True, capture_output=True)
    assert target.plan(desired(*indexes)).changes == ()


def test_strangers_are_told_apart(world: World) -> None:
    world.converge(desired(BARCODE))
    world.sql("CREATE INDEX tapdb_px_mine ON generic_instance (name)")
    plan = world.plan(desired(BARCODE))
    assert [(f.code, f.severity, f.address) for f in plan.findings] == [
        ("PG041", Severity.INFO, "schema.index/tapdb_px_mine")
    ]
