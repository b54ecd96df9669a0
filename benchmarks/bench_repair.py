"""Repairs beside eight sessions that insert and update: how long the longest of their statements takes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from databases import databases
from measure import Figure, Scale, seconds
from psycopg2.extensions import parse_dsn

from mutations import PLAIN, Mutation
from pg_servers import Server
from production import Production
from repairing import DESIRED, is_whole, repair
from tapdb_ctl.providers.postgres.target import Settings
from worlds import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAJOR = 16
SESSIONS = 8
PATIENCE = 300
"""Seconds to wait for locks, in attempts of half a second each."""

ALL = {"all eight at once": Mutation("; ".join(m.sql for m in PLAIN.values()), "", ("column",))}


def figures(scale: Scale) -> Iterator[Figure]:
    """Each plain mutation by itself, then all of them; the limit is the longest statement while nothing is repaired."""
    rows = scale.templates * 100
    with databases(MAJOR) as on:
        at = parse_dsn(on.dsn)
        server = Server(MAJOR, at["host"], int(at["port"]), at["user"], at["password"], Path(), Path())
        server.run("CREATE DATABASE busy TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        world = World(server, "busy", settings=Settings(lock_wait=PATIENCE))
        world.converge(DESIRED)
        Production(server.dsn("busy"), rows, SESSIONS).populate()
        quiet = _beside(world, rows, lambda: time.sleep(5))
        for name, mutation in (PLAIN | ALL if scale.repeats > 1 else ALL).items():
            yield from _repaired(world, rows, name, mutation, quiet)


def _repaired(world: World, rows: int, name: str, mutation: Mutation, quiet: Production) -> Iterator[Figure]:
    world.sql(mutation.sql)
    taken: list[float] = []
    busy = _beside(world, rows, lambda: taken.append(seconds(lambda: repair(world))))
    assert is_whole(world)
    what = f"{name}, {rows:,} rows, {SESSIONS} sessions"
    yield Figure(
        f"longest stall while repaired: {what}",
        busy.fates.longest * 1000,
        "ms",
        "≤ 500 ms and the repair",
        quiet.fates.longest * 1000,
        "without a repair",
    )
    yield Figure("of it behind a tapdb that waits itself", busy.fates.behind * 1000, "ms", "≤ 500 ms")
    yield Figure("plan and apply", taken[0], "s", "")


def _beside(world: World, rows: int, work: Callable[[], object]) -> Production:
    """The work, with a second of production before and after; nobody may fail."""
    production = Production(world.server.dsn(world.database), rows, SESSIONS)
    with production.working():
        time.sleep(1)
        work()
        time.sleep(1)
    assert production.fates.errors == ()
    assert production.fates.deadlocks == 0
    return production
