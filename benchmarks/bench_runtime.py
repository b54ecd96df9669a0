"""Creating and linking with the runtime library, beside the barest way to write the same rows."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from io import StringIO
from itertools import repeat
from statistics import median
from time import monotonic
from typing import TYPE_CHECKING, Any

from databases import COLUMNS, Databases, databases, instances, our_schema, text
from measure import Figure, Scale, by_turns, seconds
from psycopg2.extensions import parse_dsn
from psycopg2.extras import execute_values
from sqlalchemy import event
from sqlalchemy import text as sql

from tapdb_ctl import InstanceFactory, TAPDBConnection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psycopg2.extensions import connection, cursor

MAJOR = 16
CODE, PLATE = "container/plate/x/1.0", "container/plate/fixed-96/1.0"
SINGLES = 1_000
THREADS = 16
WELLS = 96

LAYOUT = """
    INSERT INTO generic_template (
        name, polymorphic_discriminator, category, type, subtype, version, instance_prefix, bstatus, is_singleton,
        json_addl
    ) VALUES ('plate', 'container_template', 'container', 'plate', 'fixed-96', '1.0', 'CX', 'active', false,
        '{"instantiation_layouts": [{"child_templates": [{"template_code": "container/plate/x/1.0", "count": 96}]}]}');
"""
COPY = f"COPY generic_instance ({COLUMNS}) FROM STDIN"
INSERT = f"INSERT INTO generic_instance ({COLUMNS}) VALUES %s RETURNING uuid, euid"
ALONE = f"INSERT INTO generic_instance ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING uuid, euid"
LINK = """
    INSERT INTO generic_instance_lineage (
        name, polymorphic_discriminator, category, type, subtype, version, parent_instance_uuid, child_instance_uuid,
        parent_type, child_type, relationship_type
    ) VALUES %s RETURNING uuid, euid
"""


class Bench:
    """A fresh database, reached by the library and by psycopg2."""

    def __init__(self, on: Databases, db: TAPDBConnection, bare: connection) -> None:
        self.on, self.db, self.bare = on, db, bare
        self.factory = InstanceFactory()
        self.statements = 0
        event.listen(db.engine, "before_cursor_execute", self._count)
        with db.session_scope() as session:  # templates are read once in the life of a connection
            for code in (CODE, PLATE):
                self.factory.template_manager.blueprint(session, code)

    def _count(self, *_: object) -> None:
        self.statements += 1

    def ours(self, work: Callable[[Any], object]) -> float:
        """How long a transaction of the library takes."""
        self.statements = 0

        def whole() -> None:
            with self.db.session_scope(commit=True) as session:
                work(session)

        return seconds(whole)

    def limit(self, work: Callable[[cursor], object]) -> float:
        """How long a transaction of psycopg2 takes."""

        def whole() -> None:
            with self.bare, self.bare.cursor() as run:
                work(run)

        return seconds(whole)


@contextmanager
def fresh(on: Databases) -> Iterator[Bench]:
    """The bench on a new copy of the database."""
    on.copy("ours")
    at = parse_dsn(on.dsn)
    library = TAPDBConnection(
        db_hostname=f"{at['host']}:{at['port']}",
        db_user=at["user"],
        db_pass=at["password"],
        db_name="work",
        app_username="bench",
        pool_size=THREADS,
    )
    with library as db, closing(on.connect("work")) as bare:
        yield Bench(on, db, bare)


def figures(scale: Scale) -> Iterator[Figure]:
    """Rates, of which a ratio above 1 says how many times as fast; and times of plates, where below 1 is faster."""
    with databases(MAJOR) as on:
        on.build("ours", our_schema(), LAYOUT)
        yield from _bulk(on, scale)
        yield from _plates(on, scale)
        yield from _singles(on, scale)
        yield from _links(on, scale)
        yield from _threads(on, 60 if scale.repeats > 1 else 2)


def _bulk(on: Databases, scale: Scale) -> Iterator[Figure]:
    rows = instances(scale.templates)
    lines = text(rows)
    given = [{"name": row[0], "properties": json.loads(str(row[7]))["properties"]} for row in rows]
    statements = 0

    def ours() -> float:
        nonlocal statements
        with fresh(on) as bench:
            taken = bench.ours(lambda session: bench.factory.create_instances(session, CODE, given))
            statements = bench.statements
            return taken

    def bare() -> float:
        with fresh(on) as bench:
            return bench.limit(lambda run: run.copy_expert(COPY, StringIO(lines)))

    def values() -> float:
        with fresh(on) as bench:
            return bench.limit(lambda run: execute_values(run, INSERT, rows, page_size=1000, fetch=True))

    taken, copied, inserted = by_turns(scale.repeats, ours, bare, values)
    work, count = f"`create_instances`, {len(rows):,}, 480 bytes of JSON", len(rows)
    yield Figure(work, count / taken, "rows/s", "≥ 0.8×, ≥ 7,000 rows/s", count / copied, "COPY")
    yield Figure(work, count / taken, "rows/s", "", count / inserted, "`execute_values`")
    yield Figure(work, statements, "statements", "")


def _plates(on: Databases, scale: Scale) -> Iterator[Figure]:
    with fresh(on) as bench:
        turns = [
            (bench.ours(lambda session: bench.factory.create_instance(session, PLATE, "P")), bench.limit(_bare_plate))
            for _ in range(scale.repeats * 20)
        ]
        taken, limit = (median(times) for times in zip(*turns, strict=True))
        work = f"a plate with {WELLS} wells"
        yield Figure(work, taken, "s", "≤ 1.5×", limit, "three statements")
        yield Figure(work, bench.statements, "statements", "≤ 5")


def _bare_plate(run: cursor) -> None:
    """Three statements of what the library writes."""
    kind = "container_instance"
    holds = json.dumps({"properties": {}, "action_groups": {}, "audit_log": []})
    ((plate, name),) = execute_values(
        run, INSERT, [("P", kind, "container", "plate", "fixed-96", "1.0", 2, holds, "created")], fetch=True
    )
    wells = [(f"P_x_{i}", kind, "container", "plate", "x", "1.0", 1, holds, "created") for i in range(WELLS)]
    made = execute_values(run, INSERT, wells, fetch=True)
    execute_values(run, LINK, [_edge(plate, name, uuid, euid, "contains") for uuid, euid in made], fetch=True)


def _edge(parent: int, name: str, child: int, other: str, relationship: str) -> tuple[object, ...]:
    kinds = ("container_instance", "container_instance")
    constant = ("generic_instance_lineage", "generic", "lineage", "instance_lineage", "1.0.0")
    return (f"{name}->{other}", *constant, parent, child, *kinds, relationship)


def _singles(on: Databases, scale: Scale) -> Iterator[Figure]:
    count = min(SINGLES, scale.templates)
    rows = instances(count)
    given = [(str(row[0]), json.loads(str(row[7]))["properties"]) for row in rows]
    statements = 0

    def ours() -> float:
        nonlocal statements
        with fresh(on) as bench:
            make = bench.factory.create_instance
            taken = bench.ours(lambda session: [make(session, CODE, name, held) for name, held in given])
            statements = bench.statements
            return taken

    def bare() -> float:
        with fresh(on) as bench:
            return bench.limit(lambda run: [(run.execute(ALONE, row), run.fetchone()) for row in rows])

    taken, limit = by_turns(scale.repeats, ours, bare)
    work = f"`create_instance`, {count:,} in a transaction"
    yield Figure(work, count / taken, "rows/s", "≥ 0.6×", count / limit, "INSERT … RETURNING")
    yield Figure(f"{work}: statements for {count:,}", statements, "statements", f"≤ {count * 11 // 10:,}")


def _links(on: Databases, scale: Scale) -> Iterator[Figure]:
    count = scale.templates

    def made(bench: Bench) -> list[tuple[int, str]]:
        with bench.bare, bench.bare.cursor() as run:
            return list(execute_values(run, INSERT, instances(2 * count), page_size=1000, fetch=True))

    def ours() -> float:
        with fresh(on) as bench:
            euids = [euid for _, euid in made(bench)]
            return bench.ours(
                lambda session: bench.factory.link_many(session, zip(euids[::2], euids[1::2], strict=True))
            )

    def bare() -> float:
        with fresh(on) as bench:
            rows = made(bench)
            edges = [_edge(*parent, *child, "generic") for parent, child in zip(rows[::2], rows[1::2], strict=True)]
            return bench.limit(lambda run: execute_values(run, LINK, edges, page_size=1000, fetch=True))

    taken, limit = by_turns(scale.repeats, ours, bare)
    yield Figure(f"`link_many`, {count:,} edges", count / taken, "rows/s", "≥ 0.8×", count / limit, "`execute_values`")


def _threads(on: Databases, duration: int) -> Iterator[Figure]:
    """Each instance in a transaction of its own; an error of any thread ends the run."""
    rates = []
    for threads in (1, THREADS):
        with fresh(on) as bench:
            ends = monotonic() + duration
            with ThreadPoolExecutor(threads) as pool:
                made = sum(pool.map(_creates, repeat(bench, threads), repeat(ends, threads)))
            with bench.db.session_scope() as session:
                there = session.execute(sql("SELECT count(*) FROM generic_instance")).scalar()
            assert there == made, f"{made} instances were made, {there} are there"
            rates.append(made / duration)
    yield Figure(f"{THREADS} threads, {duration} s", rates[1], "rows/s", "≥ 1.5×", rates[0], "one thread")


def _creates(bench: Bench, ends: float) -> int:
    count = 0
    while monotonic() < ends:
        with bench.db.session_scope(commit=True) as session:
            bench.factory.create_instance(session, CODE, "sample", {"barcode": f"BC{count:09d}"})
        count += 1
    return count
