"""Instances, edges and prefixes of templates that change: counted to the end, or an honest lower bound."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inhabited import instance, limited, of, session
from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import Create
from tapdb_ctl.core.impact import Count, Impact
from tapdb_ctl.providers.postgres.connector import Connector
from tapdb_ctl.providers.postgres.impact import counts
from tapdb_ctl.providers.postgres.impact.inspect import LIMITS, inspect
from tapdb_ctl.providers.postgres.target import Settings
from worlds import environment, template, tubes

if TYPE_CHECKING:
    from worlds import World

PLATE, TUBE, BOX = "container/plate/p/1.0", "container/tube/t/1.0", "container/box/b/1.0"
CODES = (PLATE, TUBE, BOX)
UNKNOWN = Count(0, at_least=True)
BEFORE = environment(*map(template, CODES))
CHANGED = environment(*(template(code, name="changed") for code in CODES))


def inhabited(world: World) -> World:
    """Four live plates and a deleted one, two tubes, no box; edges of every kind."""
    world.converge(BEFORE)
    with session(world) as tapdb:
        plates = [instance(tapdb, PLATE)[0] for _ in range(5)]
        tubes = [instance(tapdb, TUBE)[0] for _ in range(2)]
        tapdb.edge(plates[0], tubes[0])
        tapdb.edge(plates[0], tubes[1])
        tapdb.edge(plates[0], tubes[1], "other")
        tapdb.edge(tubes[0], plates[1])
        tapdb.edge(plates[2], plates[3])
        tapdb.run("DELETE FROM generic_instance_lineage WHERE uuid = %s", tapdb.edge(plates[1], tubes[1]))
        tapdb.edge(plates[4], plates[3])
        tapdb.run("DELETE FROM generic_instance WHERE uuid = %s", plates[4])
    return world


def test_live_instances_and_live_edges_are_counted(each_world: World) -> None:
    plan = inhabited(each_world).plan(CHANGED)
    assert of(plan, PLATE) == Impact(Count(4), Count(5))
    assert of(plan, TUBE) == Impact(Count(2), Count(4))
    assert of(plan, BOX) == Impact(Count(0), Count(0))


def test_a_retired_template_touches_whom_it_leaves(world: World) -> None:
    plan = inhabited(world).plan(environment(template(PLATE)))
    assert of(plan, TUBE) == Impact(Count(2), Count(4))


def test_each_template_has_an_equal_share(world: World) -> None:
    found = limited(inhabited(world), CHANGED, instances=9)
    assert found[PLATE].instances == Count(4, at_least=True)
    assert found[TUBE].instances == Count(2)


def test_edges_have_a_limit_of_their_own(world: World) -> None:
    found = limited(inhabited(world), CHANGED, linked=6)
    assert found[PLATE] == Impact(Count(4), Count(4, at_least=True))
    assert found[TUBE] == Impact(Count(2), Count(4))


def test_an_instance_with_many_edges_is_not_followed_to_the_end(world: World) -> None:
    found = limited(inhabited(world), CHANGED, edges=2)
    assert found[PLATE].edges == Count(4, at_least=True)


def test_after_the_time_nothing_is_claimed(world: World) -> None:
    found = limited(inhabited(world), CHANGED, counting=0)
    assert {(i.instances, i.edges) for i in found.values()} == {(UNKNOWN, UNKNOWN)}
    with world.providers() as (_, postgres), postgres.moment():
        reading = postgres._connector.session()
        counts.inspect(reading, CODES, replace(LIMITS, counting=0))
        assert reading.rows("SELECT relname FROM pg_stat_xact_user_tables WHERE idx_scan > 0") == []


def test_creations_and_adoptions_ask_nothing(world: World) -> None:
    def unwelcome() -> None:
        raise AssertionError

    changes = [Create(tube) for tube in tubes(3)]
    assert inspect(Connector(unwelcome, Settings()), changes) == {}
    plan = world.plan(environment(*tubes(3)))
    assert {p.impact for p in plan.changes} == {None}


def test_what_is_renamed_is_counted_under_its_former_code(world: World) -> None:
    inhabited(world)
    former = Address("template", PLATE)
    renamed = replace(template("container/plate/new/1.0"), renamed_from=former)
    plan = world.plan(environment(renamed, template(TUBE), template(BOX)))
    assert of(plan, "container/plate/new/1.0").instances == Count(4)


def test_what_keeps_another_prefix_is_told(world: World) -> None:
    inhabited(world)
    with session(world) as tapdb:
        tapdb.run("CREATE SEQUENCE tx_instance_seq; UPDATE generic_template SET instance_prefix = 'TX'")
        instance(tapdb, TUBE)
        tapdb.run("UPDATE generic_template SET instance_prefix = 'CX'")
    desired = environment(*(template(code, prefix="TX") for code in CODES))
    plan = world.plan(desired)
    assert [of(plan, code).behind for code in CODES] == [(("CX", Count(4)),), (("CX", Count(2)),), ()]
    assert of(world.plan(CHANGED), PLATE).behind == ()
    assert limited(world, desired, instances=9)[PLATE].behind == (("CX", Count(4, at_least=True)),)
    assert limited(world, desired, counting=0)[BOX].behind == (("CX", UNKNOWN),)


def test_no_statistics_make_it_read_whole_tables(world: World) -> None:
    inhabited(world)
    with session(world) as tapdb:
        many = tapdb.instances(tapdb.value("SELECT uuid FROM generic_template WHERE subtype = 't'"), 20_000)
        tapdb.run(
            "INSERT INTO generic_instance_lineage (name, polymorphic_discriminator, parent_instance_uuid,"
            " child_instance_uuid) SELECT 'e', 'generic_instance_lineage', %s, unnest(%s)",
            many[0],
            many[1:],
        )
        tapdb.run("ANALYZE")
    with world.providers() as (_, postgres), postgres.moment():
        reading = postgres._connector.session()
        counts.inspect(reading, CODES, replace(LIMITS, instances=3, edges=2))
        whole = reading.rows("SELECT relname::text FROM pg_stat_xact_user_tables WHERE seq_scan > 0")
    assert whole == [("generic_template",)]
