"""Promise 1: apply does what the plan showed, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg2
import pytest

from tapdb_ctl.core.step import Phase
from tapdb_ctl.engine.applying import PhaseError
from tapdb_ctl.errors import StalePlanError
from worlds import World, environment, template, tubes

if TYPE_CHECKING:
    from pg_servers import Server

NAMES = "SELECT array_agg(name ORDER BY subtype) FROM generic_template"


def test_an_owned_row_that_moved_makes_the_plan_stale(each_world: World) -> None:
    each_world.converge(environment(*tubes(3)))
    plan = each_world.plan(environment(template("container/tube/t0/1.0", name="planned"), *tubes(3)[1:]))
    each_world.sql("UPDATE generic_template SET name = 'by hand' WHERE subtype = 't2'")

    with pytest.raises(PhaseError) as caught:
        each_world.apply(plan)

    assert [f.address for f in caught.value.findings] == ["template.container/tube/t2/1.0"]
    assert caught.value.findings[0].summary == "Saved plan is stale"
    assert each_world.value(NAMES) == ["t0", "t1", "by hand"]


def test_a_row_that_appeared_makes_the_plan_stale(world: World) -> None:
    world.converge(environment(*tubes(1)))
    plan = world.plan(environment(*tubes(2)))
    world.converge(environment(*tubes(2)))
    with pytest.raises(PhaseError, match=r"container/tube/t1/1\.0 appeared"):
        world.apply(plan)


def test_rows_of_nobody_do_not_make_a_plan_stale(world: World) -> None:
    world.converge(environment(*tubes(1)))
    plan = world.plan(environment(*tubes(2)))
    world.sql(
        "INSERT INTO generic_template (name, polymorphic_discriminator, category, type, subtype, version,"
        " instance_prefix, bstatus, is_singleton) VALUES ('x', 'y', 'by', 'hand', 'x', '1', 'CX', 'active', false)"
    )
    assert world.apply(plan).summary.adds == 1


def test_templates_stand_still_while_instances_go_on(world: World) -> None:
    world.converge(environment(*tubes(1)))
    with world.providers() as (_, postgres), postgres.transaction() as transaction:
        transaction.lock((), keep=False)
        with pytest.raises(psycopg2.errors.LockNotAvailable):
            world.sql("SET lock_timeout = '200ms'; UPDATE generic_template SET name = 'by hand'")
        world.sql(
            "INSERT INTO generic_instance (name, polymorphic_discriminator, category, type, subtype, version,"
            " template_uuid, bstatus) SELECT 'i', 'container_instance', category, type, subtype, version, uuid, 'new'"
            " FROM generic_template"
        )
    assert world.value("SELECT count(*) FROM generic_instance") == 1


def test_an_update_names_the_values_it_was_planned_from(world: World) -> None:
    world.converge(environment(*tubes(2)))
    plan = world.plan(environment(*tubes(2, bstatus="retiring")))
    world.sql("UPDATE generic_template SET bstatus = 'by hand' WHERE subtype = 't1'")
    with (
        pytest.raises(StalePlanError, match="1 of 2 rows"),
        world.providers() as (_, postgres),
        postgres.transaction() as transaction,
    ):
        transaction.perform(plan.steps(Phase.TRANSACTION), lambda _: None)
    assert world.value("SELECT array_agg(bstatus ORDER BY subtype) FROM generic_template") == ["active", "by hand"]


@pytest.mark.parametrize(
    "meanwhile",
    [
        "DROP SEQUENCE cx_instance_seq",
        "UPDATE tapdb_identity_prefix_config SET prefix = 'TAX' WHERE entity = 'audit_log'",
    ],
)
def test_prefixes_that_moved_make_the_plan_stale(world: World, meanwhile: str) -> None:
    world.converge(environment(*tubes(1)))
    plan = world.plan(environment(*tubes(2)))
    world.sql(meanwhile)
    with pytest.raises(PhaseError, match="PLN030"):
        world.apply(plan)
    world.converge(environment(*tubes(2)))
    assert world.plan(environment(*tubes(2))).changes == ()


def test_a_database_that_appeared_makes_the_plan_stale(pg16: Server) -> None:
    world = World(pg16, "appearing")
    plan = world.plan(environment(*tubes(1), database="appearing"))
    pg16.run("CREATE DATABASE appearing TEMPLATE template0 ENCODING 'UTF8'")
    try:
        with pytest.raises(PhaseError, match="PLN030"):
            world.apply(plan)
    finally:
        pg16.run("DROP DATABASE appearing WITH (FORCE)")
