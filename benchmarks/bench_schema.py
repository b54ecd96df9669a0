"""Comparing the schema with nothing to do, alone and beside other people's tables; and how a plan grows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from databases import databases
from measure import Figure, Scale, by_turns, seconds
from psycopg2.extensions import parse_dsn

from pg_servers import Server
from tapdb_ctl.assets import asset
from tapdb_ctl.core.diff import diff
from tapdb_ctl.core.resource import Desired
from tapdb_ctl.engine.planning import plan
from tapdb_ctl.engine.scoping import Scope
from tapdb_ctl.providers.postgres.schema.inspect import inspect
from tapdb_ctl.providers.postgres.schema.shipped import Shipped
from worlds import World, environment, tubes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAJOR = 16
FOREIGN = 2_000
CREATED = f"""
    DO $$ BEGIN
        FOR n IN 1..{FOREIGN} LOOP EXECUTE format('CREATE TABLE foreign_%s (id int)', n); END LOOP;
    END $$"""


def figures(scale: Scale) -> Iterator[Figure]:
    """The snapshot and its comparison, then whole plans of a catalogue and of one ten times as large."""
    with databases(MAJOR) as on:
        at = parse_dsn(on.dsn)
        server = Server(MAJOR, at["host"], int(at["port"]), at["user"], at["password"], Path(), Path())
        server.run("CREATE DATABASE compared TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        world = World(server, "compared")
        world.converge(environment(*tubes(1)))
        yield Figure("compare the schema, nothing to do", _compared(world, scale), "s", "≤ 40 ms")
        world.sql(CREATED)
        yield Figure(f"the same beside {FOREIGN:,} other tables", _compared(world, scale), "s", "≤ 80 ms")
        yield from _growth(server, scale)


def _compared(world: World, scale: Scale) -> float:
    """Reading every object in a session that is open, and the difference, which is none."""
    shipped = Shipped.read(asset("schema"))
    desired = Desired("dev", shipped.resources, {})
    with world.providers() as (_, postgres):
        session = postgres._connector.session()  # noqa: SLF001  # the part of a plan that is measured

        def work() -> None:
            with session.reading():
                live, _ = inspect(session, desired, shipped, managed=True, advise=True)
            assert not diff(desired, live).changes

        work()
        return by_turns(max(scale.repeats * 3, 1), lambda: seconds(work))[0]


def _growth(server: Server, scale: Scale) -> Iterator[Figure]:
    """Plans in this process of catalogues that are applied already."""
    works = [_planning(server, count) for count in (scale.templates, scale.templates * 10)]
    small, large = by_turns(scale.repeats, *works)
    name = f"plan of {scale.templates * 10:,} templates, manifests aside"
    yield Figure(name, large, "s", "≤ 12×", small, f"of {scale.templates:,}")


def _planning(server: Server, count: int) -> Callable[[], float]:
    server.run(f"CREATE DATABASE of_{count} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
    world, desired = World(server, f"of_{count}"), environment(*tubes(count))
    world.converge(desired)

    def work() -> float:
        with world.providers() as providers:
            wanted = environment(*tubes(count))
            return seconds(lambda: plan(wanted, providers, Scope()))

    return work
