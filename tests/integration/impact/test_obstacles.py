"""What keeps tapdb from counting breaks no plan, and takes no longer than its limit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from inhabited import impacts, instance, of, session
from proxy import Cut, proxied
from replicas import standby
from roles import READER, as_role, make_roles
from tapdb_ctl.core.impact import Count, Impact
from tapdb_ctl.errors import DatabaseError
from tapdb_ctl.providers.postgres.impact.inspect import LIMITS
from upstream import schema_sql
from worlds import environment, template, tubes

if TYPE_CHECKING:
    from pathlib import Path

    from worlds import World

TUBE, PLATE = "container/tube/t/1.0", "container/plate/p/1.0"
LAYOUTS = {"instantiation_layouts": [{"child_templates": [TUBE]}]}
SCHEMA = {"properties": {"properties": {"required": ["volume"]}}}
UNKNOWN = Count(0, at_least=True)
BEFORE = environment(template(TUBE), template(PLATE, json_addl=LAYOUTS))
CHANGED = environment(template(TUBE, json_addl_schema=SCHEMA), template(PLATE, json_addl=LAYOUTS))
UNCOUNTED = Impact(UNKNOWN, UNKNOWN, (PLATE,), UNKNOWN)


def inhabited(world: World) -> World:
    world.converge(BEFORE)
    with session(world) as tapdb:
        instance(tapdb, TUBE)
    return world


def test_a_role_that_may_not_read_instances(each_world: World) -> None:
    inhabited(each_world)
    make_roles(each_world, READER)
    each_world.sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}")
    assert of(as_role(each_world, READER).plan(CHANGED), TUBE).unsatisfied == Count(1)
    plan = each_world.plan(CHANGED)
    each_world.sql(f"REVOKE SELECT ON generic_instance FROM {READER}")
    assert impacts(as_role(each_world, READER), plan)[TUBE] == UNCOUNTED


def test_somebody_holds_a_lock(each_world: World) -> None:
    patient = replace(each_world, settings=replace(each_world.settings, lock_wait=3600, statement_timeout=3600))
    plan = inhabited(patient).plan(CHANGED)
    with patient.connection() as other, other.cursor() as cursor:
        cursor.execute("LOCK TABLE generic_instance IN ACCESS EXCLUSIVE MODE")
        assert impacts(patient, plan, replace(LIMITS, statement=0.05))[TUBE] == UNCOUNTED


def test_a_table_is_damaged(world: World) -> None:
    plan = inhabited(world).plan(CHANGED)
    world.sql("DROP TABLE generic_instance_lineage CASCADE")
    assert impacts(world, plan)[TUBE] == UNCOUNTED


def test_the_transaction_goes_on_with_its_own_limits(world: World) -> None:
    plan = inhabited(world).plan(CHANGED)
    world.sql("DROP TABLE generic_instance_lineage CASCADE")
    with world.providers() as (_, postgres), postgres.moment():
        for _ in range(2):
            postgres.impacts([p.change for p in plan.changes])
        shown = postgres._connector.session().rows("SHOW statement_timeout")
    assert shown == [("5min",)]


def test_a_lost_connection_is_no_lower_bound(world: World) -> None:
    plan = inhabited(world).plan(CHANGED)

    def cut(message: bytes) -> None:
        if b"generic_instance" in message:
            raise Cut

    with proxied(world.server.port, cut) as port, pytest.raises(DatabaseError, match="PG010"):
        impacts(world.with_port(port), plan)


def test_a_database_of_0_1_13_that_is_not_ours_yet(each_world: World) -> None:
    each_world.sql(schema_sql())
    each_world.sql("""
        CREATE SEQUENCE cx_instance_seq;
        INSERT INTO tapdb_identity_prefix_config (entity, prefix) VALUES ('audit_log', 'TAD');
        INSERT INTO generic_template (name, polymorphic_discriminator, category, type, subtype, version,
                                      instance_prefix, bstatus, is_singleton)
        VALUES ('t', 'container_template', 'container', 'tube', 't', '1.0', 'CX', 'active', false)""")
    with session(each_world) as tapdb:
        first, second = (instance(tapdb, TUBE)[0] for _ in range(2))
        tapdb.edge(first, second)
    desired = replace(environment(template(TUBE, json_addl_schema=SCHEMA)), imports=("template.*",))
    impact = of(each_world.plan(desired), TUBE)
    assert (impact.instances, impact.edges, impact.unsatisfied) == (Count(2), Count(1), Count(2))


def test_a_replica_counts_as_well(world: World, open_folder: Path) -> None:
    inhabited(world)
    with standby(world.server, open_folder) as port:
        plan = world.with_port(port).plan(CHANGED)
    assert of(plan, TUBE).unsatisfied == Count(1)


def round_trips(world: World, count: int, schema: object) -> int:
    """What changes of so many templates cost, beside what the plan costs anyway."""
    plan = world.plan(environment(*tubes(count, json_addl_schema=schema, name="changed")))
    queries: list[bytes] = []
    with proxied(world.server.port, lambda message: queries.append(message[:1])) as port:
        proxy = world.with_port(port)
        with proxy.providers() as (_, postgres), postgres.moment():
            before = len(queries)
            postgres.impacts([p.change for p in plan.changes])
            return len(queries) - before


def test_round_trips_do_not_grow_with_the_changes(world: World) -> None:
    world.converge(environment(*tubes(200)))
    with session(world) as tapdb:
        for number in range(100):
            instance(tapdb, f"container/tube/t{number}/1.0")
    assert round_trips(world, 1, None) == round_trips(world, 200, None) == 3
    assert round_trips(world, 1, SCHEMA) == round_trips(world, 200, SCHEMA) == 9
