"""Walks along lineage: 10,000 instances ten steps deep, and 20,000 of a graph with a million edges."""

from __future__ import annotations

import os
import sys
from contextlib import closing, contextmanager
from gc import collect
from typing import TYPE_CHECKING

from databases import Databases, databases, our_schema
from measure import Figure, Scale, by_turns, peak, seconds
from psycopg2.extensions import parse_dsn
from sqlalchemy import URL, create_engine, event, select, text

from tapdb_ctl.runtime.graph import Walk, descendants
from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.session import TapdbSession

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

MAJOR = 16
LAYERS = 10

INSTANCES = """
    SET LOCAL session_replication_role = replica;
    INSERT INTO generic_instance (
        euid, euid_prefix, euid_seq, name, polymorphic_discriminator, category, type, subtype, version, template_uuid,
        bstatus, json_addl
    ) SELECT 'old-' || i, 'old', i, 'sample ' || i, 'container_instance', 'container', 'plate', 'x', '1.0', 1,
        'created', jsonb_build_object('properties', jsonb_build_object('number', i, 'notes', repeat('x', 430)))
    FROM generate_series(1, {0}) AS i;
"""
EDGES = """
    INSERT INTO generic_instance_lineage (
        euid, euid_prefix, euid_seq, name, polymorphic_discriminator, parent_instance_uuid, child_instance_uuid
    ) SELECT 'old-' || row_number() OVER (), 'old', row_number() OVER (), 'e', 'generic_instance_lineage', parent, child
    FROM ({}) AS edge (parent, child);
"""
# One origin, ten layers of as many instances each; every instance has two children in the next layer, and two parents.
LAYERED = """
    SELECT 1, 1 + i FROM generate_series(1, {0}) AS i
    UNION ALL
    SELECT 1 + layer * {0} + i, 2 + (layer + 1) * {0} + (i + far) % {0}
    FROM generate_series(0, {1} - 2) AS layer, generate_series(1, {0}) AS i, generate_series(0, 1) AS far
"""
TREE = "SELECT (i + 4) / 5, i + 1 FROM generate_series(1, {0}) AS i"
TWENTY_THOUSAND, A_TENTH, ALL = 60, 12, 1
"""Instances of the tree that lead to two hundredths, a tenth and all of the others."""

BARE = """
    WITH RECURSIVE walk (uuid) AS (
        SELECT CAST({0} AS bigint)
        UNION
        SELECT child_instance_uuid FROM walk
        JOIN generic_instance_lineage AS edge ON parent_instance_uuid = walk.uuid AND NOT edge.is_deleted {1}
    )
    SELECT {2} FROM walk JOIN generic_instance AS instance ON instance.uuid = walk.uuid AND NOT instance.is_deleted
"""
LIVE = "JOIN generic_instance AS child ON child.uuid = child_instance_uuid AND NOT child.is_deleted"
ROWS = "instance.uuid, euid, name, polymorphic_discriminator, bstatus"

ITERATE = """
import os, sys
from sqlalchemy import create_engine
from tapdb_ctl.runtime.graph import descendants
from tapdb_ctl.runtime.session import TapdbSession
with TapdbSession(create_engine(os.environ["BENCH_URL"])) as session:
    print(sum(1 for node in descendants(session, int(sys.argv[1]))))
"""


def figures(scale: Scale) -> Iterator[Figure]:
    """Each walk beside the same as bare SQL."""
    with databases(MAJOR) as on:
        layer = scale.templates // LAYERS
        on.build(
            "layers", our_schema(), INSTANCES.format(layer * LAYERS + 1), EDGES.format(LAYERED.format(layer, LAYERS))
        )
        yield from _walks(on, scale)
        size = scale.templates * 100
        on.build("tree", our_schema(), INSTANCES.format(size + 1), EDGES.format(TREE.format(size)))
        yield from _closures(on, scale)
        yield from _memory(on)


def _walks(on: Databases, scale: Scale) -> Iterator[Figure]:
    name = f"{scale.templates:,} instances, {LAYERS} steps deep"
    with _opened(on, "layers") as (engine, run):

        def rows() -> float:
            return _walk(engine, Walk.rows)

        ours, live, bare = by_turns(scale.repeats, rows, lambda: run(ROWS, LIVE), lambda: run(ROWS))
        yield Figure(f"walk of {name}, as rows", ours, "s", "≤ 1.5×", live, "recursive CTE, psycopg2")
        yield Figure("", ours, "s", "", bare, "one that passes deleted instances")
        ours, bare = by_turns(scale.repeats, lambda: _walk(engine, Walk.instances), lambda: _mapped(engine))
        yield Figure(
            f"walk of {name}, as objects", ours, "s", "≤ 1.3×", bare, "SQLAlchemy's from_statement of that CTE"
        )
        yield Figure("statements of either", _statements(engine), "", "1")


def _closures(on: Databases, scale: Scale) -> Iterator[Figure]:
    with _opened(on, "tree") as (engine, run):
        works = (
            lambda: _walk(engine, Walk.rows, TWENTY_THOUSAND),
            lambda: run(ROWS, LIVE, TWENTY_THOUSAND),
            lambda: run(ROWS, "", TWENTY_THOUSAND),
        )
        ours, live, bare = by_turns(scale.repeats, *works)
        name = f"closure of {scale.templates * 2:,} among {scale.templates * 100:,} edges"
        yield Figure(name, ours, "s", "≤ 1.2×", live, "recursive CTE, psycopg2")
        yield Figure("", ours, "s", "", bare, "one that passes deleted instances")


def _memory(on: Databases) -> Iterator[Figure]:
    environment = {**os.environ, "BENCH_URL": _url(on, "tree")}
    all_, tenth = (peak([sys.executable, "-c", ITERATE, str(origin)], env=environment) for origin in (ALL, A_TENTH))
    yield Figure("peak memory of iterating over all of them", all_, "MiB", "≤ 1.1×", tenth, "over a tenth")


@contextmanager
def _opened(on: Databases, name: str) -> Iterator[tuple[Engine, Callable[..., float]]]:
    """The library's way into a database, and the bare driver's: a function that times one walk."""
    engine = create_engine(_url(on, name))
    with closing(on.connect(name)) as session, session.cursor() as cursor:
        session.autocommit = True
        cursor.execute("VACUUM ANALYZE")

        def bare(columns: str, live: str = "", origin: int = 1) -> float:
            return _timed(lambda: (cursor.execute(BARE.format(origin, live, columns)), cursor.fetchall()))

        yield engine, bare
    engine.dispose()


def _walk(engine: Engine, ask: Callable[[Walk], object], origin: int = 1) -> float:
    with TapdbSession(engine) as session:
        session.connection()
        return _timed(lambda: ask(descendants(session, origin, include_origin=True)))


def _mapped(engine: Engine) -> float:
    query = select(generic_instance).from_statement(text(BARE.format(1, "", "instance.*")))
    with TapdbSession(engine) as session:
        session.connection()
        return _timed(lambda: session.scalars(query).all())


def _timed(work: Callable[[], object]) -> float:
    """Seconds, without those that it would take to collect what the measurement before has left."""
    collect()
    return seconds(work)


def _statements(engine: Engine) -> float:
    """How many statements both forms of a walk execute, by two."""
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    _walk(engine, Walk.rows)
    _walk(engine, Walk.instances)
    return len(seen) / 2


def _url(on: Databases, name: str) -> str:
    parts = parse_dsn(on.dsn)
    url = URL.create("postgresql+psycopg2", parts["user"], parts["password"], parts["host"], int(parts["port"]), name)
    return url.render_as_string(hide_password=False)
