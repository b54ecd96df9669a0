"""What a plan of changed templates costs more when there are a million instances of them, and edges between these."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from databases import databases
from measure import Figure, Scale, by_turns, seconds
from psycopg2.extensions import parse_dsn

from pg_servers import Server
from tapdb_ctl.engine.planning import plan
from tapdb_ctl.engine.scoping import Scope
from worlds import World, environment, tubes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAJOR = 16
PER_TEMPLATE = 1_000

# The instances of a template are scattered over the table, as those are that were made day by day: each is on a page
# of its own. Triggers are left out, which take minutes; the sequences follow.
INSTANCES = """\
SET session_replication_role = replica;
INSERT INTO generic_instance (euid, euid_prefix, euid_seq, name, polymorphic_discriminator, category, type, subtype,
                              version, template_uuid, json_addl, bstatus, is_deleted)
SELECT 'CX-' || n, 'CX', n, 'sample ' || n, 'container_instance', t.category, t.type, t.subtype, t.version, t.uuid,
       jsonb_build_object('properties', jsonb_build_object(
           'barcode', 'BC' || n, 'volume', n * 7 % 1000, 'operator', 'person-' || n % 17, 'notes', repeat('x', 330))),
       'created', n % 20 = 0
  FROM generate_series(1, {count}) AS n
  JOIN generic_template AS t ON t.subtype = 't' || (hashint4(n) & 2147483647) % {templates};
INSERT INTO generic_instance_lineage (euid, euid_prefix, euid_seq, name, polymorphic_discriminator,
                                      parent_instance_uuid, child_instance_uuid)
SELECT 'GN-' || n, 'GN', n, 'edge', 'generic_instance_lineage', n, n + 1 FROM generate_series(1, {count} - 1) AS n;
SELECT setval('cx_instance_seq', {count}), setval('generic_instance_lineage_seq', {count});
"""

SCHEMA = {
    "properties": {
        "properties": {
            "required": ["barcode"],
            "properties": {
                "barcode": {"type": "string", "pattern": "^BC[0-9]+$"},
                "volume": {"type": "number", "minimum": 3},
                "operator": {"type": "string", "maxLength": 20},
            },
        }
    }
}

CHANGES: dict[str, dict[str, Any]] = {
    "changed": {"name": "changed"},
    "with a narrower schema": {"json_addl_schema": SCHEMA},
}


def figures(scale: Scale) -> Iterator[Figure]:
    """Plans in this process of some of the templates, of a tenth, of all; manifests aside."""
    templates = scale.templates // 10
    with databases(MAJOR) as on:
        at = parse_dsn(on.dsn)
        server = Server(MAJOR, at["host"], int(at["port"]), at["user"], at["password"], Path(), Path())
        empty, crowded = _worlds(server, templates)
        for kind, changed in CHANGES.items():
            for count in (1, templates // 10, templates):
                works = [_planning(world, templates, count, changed) for world in (crowded, empty)]
                with_them, without = by_turns(scale.repeats * 2 + 1, *works)
                work = f"plan of {templates:,} templates, {count:,} {kind}, {templates * PER_TEMPLATE:,} instances"
                yield Figure(work, with_them, "s", "≤ 1.3×", without, "without instances")


def _worlds(server: Server, templates: int) -> tuple[World, World]:
    """The same catalogue without instances, and with them."""
    server.run("CREATE DATABASE deserted TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
    empty = World(server, "deserted")
    empty.converge(environment(*tubes(templates)))
    server.run("CREATE DATABASE crowded TEMPLATE deserted")
    crowded = World(server, "crowded")
    crowded.sql(INSTANCES.format(count=templates * PER_TEMPLATE, templates=templates))
    for world in (empty, crowded):
        with world.connection() as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute("VACUUM ANALYZE")
    return empty, crowded


def _planning(world: World, templates: int, count: int, changed: dict[str, Any]) -> Callable[[], float]:
    def work() -> float:
        desired = environment(*tubes(count, **changed), *tubes(templates)[count:])
        with world.providers() as providers:
            return seconds(lambda: plan(desired, providers, Scope(), providers[1]))

    return work
