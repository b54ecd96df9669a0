"""A database that 0.1.13 built and filled becomes ours by plan and apply, and then is what schema/ builds."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from pg_servers import Server
from tapdb_ctl.assets import asset
from tapdb_ctl.errors import DatabaseError
from tapdb_ctl.providers.postgres.schema import migrations
from tapdb_ctl.providers.postgres.schema.shipped import Shipped
from tapdb_ctl.providers.postgres.schema.snapshot import built
from upstream import schema_sql
from upstream_runs import Upstream, packs
from worlds import World, environment, template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.resource import Resource

SHIPPED = Shipped.read(asset("schema"))
(FIRST,) = SHIPPED.migrations
FACTS = (asset("schema") / "migrations" / FIRST.name).with_suffix(".json")
DESIRED = environment(template("our/own/template/1.0"))
PREFIX_SEQUENCE = re.compile(r"sequence/[a-z]{2,3}_(instance|user|audit)_seq")


@pytest.fixture
def old(each_world: World) -> World:
    """0.1.13's schema without a row."""
    each_world.sql(schema_sql())
    return each_world


def objects(world: World) -> dict[Address, Resource]:
    """Everything in the schema but the sequences of single prefixes."""
    with world.providers() as (_, postgres), postgres._connector.session().reading():  # its session
        snapshot = built(postgres._connector.session())
    return {at: r for at, r in snapshot.resources.items() if not PREFIX_SEQUENCE.fullmatch(at.name)}


def test_the_facts_beside_a_migration_are_its_own(old: World) -> None:
    start = objects(old)
    old.sql(FIRST.sql)
    facts = migrations.facts(start, objects(old))
    if "TAPDB_UPDATE_GOLDEN" in os.environ:
        FACTS.write_text(facts)
    assert facts == FACTS.read_text()


def test_both_roads_end_in_the_same_schema(
    server: Server, fresh_database: Callable[[Server], str], tmp_path: Path
) -> None:
    world = World(server, fresh_database(server))
    library = Upstream(server, world.database, packs(tmp_path / "packs"))
    library.build()
    library.behave()
    plan = world.plan(DESIRED)
    assert "PG048" in {finding.code for finding in plan.findings}
    world.apply(plan)
    assert not world.plan(DESIRED).changes
    fresh = World(server, fresh_database(server))
    fresh.converge(DESIRED)
    assert objects(world) == objects(fresh)
    assert world.value("SELECT migrations FROM tapdb_meta") == fresh.value("SELECT migrations FROM tapdb_meta")
    assert library.behave()


def test_cycles_that_were_let_in_are_told_and_stay(old: World) -> None:
    old.sql("""
        CREATE SEQUENCE cx_instance_seq;
        INSERT INTO tapdb_identity_prefix_config (entity, prefix) VALUES ('audit_log', 'TAD');
        INSERT INTO generic_template (name, polymorphic_discriminator, category, type, subtype, version,
            instance_prefix, bstatus) VALUES ('t', 'x', 'a', 'b', 'c', '1.0', 'CX', 'active');
        INSERT INTO generic_instance (name, polymorphic_discriminator, category, type, subtype, version,
            template_uuid, bstatus)
        SELECT 'i' || n, 'x', 'a', 'b', 'c', '1.0', uuid, 'active' FROM generic_template, generate_series(1, 4) AS n;
        INSERT INTO generic_instance_lineage
            (name, polymorphic_discriminator, parent_instance_uuid, child_instance_uuid)
        VALUES ('out', 'x', 1, 2), ('back', 'x', 2, 1), ('on', 'x', 2, 3), ('self', 'x', 4, 4)""")
    plan = old.plan(DESIRED)
    (told,) = (finding.detail for finding in plan.findings if finding.code == "PG054")
    assert told == "GN-18 (CX-19 -> CX-27), GN-26 (CX-27 -> CX-19), GN-42 (CX-43 -> CX-43)"
    old.apply(plan)
    assert old.value("SELECT count(*) FROM generic_instance_lineage WHERE NOT is_deleted") == 4
    assert not old.plan(DESIRED).changes


def test_a_migration_that_changed_after_it_ran_is_told(each_world: World) -> None:
    each_world.converge(DESIRED)
    each_world.sql("UPDATE tapdb_meta SET migrations = jsonb_build_object(%s, 'another')", FIRST.name)
    (finding,) = each_world.plan(DESIRED).errors
    assert (finding.code, finding.address) == ("PG046", "schema.migration/0001")


def test_what_is_not_quite_0_1_13_is_not_taken_over(old: World) -> None:
    old.sql("ALTER TABLE generic_instance ALTER COLUMN bstatus DROP NOT NULL")
    with pytest.raises(DatabaseError, match="PG013"):
        old.plan(DESIRED)


def test_a_lost_record_is_not_taken_for_an_old_schema(each_world: World) -> None:
    each_world.converge(DESIRED)
    each_world.sql("DROP TABLE tapdb_meta")
    with pytest.raises(DatabaseError, match="PG025"):
        each_world.plan(DESIRED)
