"""What a property index saves the queries that it is for, and what it costs an insert."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from databases import databases, our_schema
from measure import Figure, Scale, by_turns, seconds

from tapdb_ctl.properties import PropertyIndex, live_instances, value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from psycopg2.extensions import connection

MAJOR = 16
CODE = "container/plate/x/1.0"
BARCODE = PropertyIndex(CODE, ("properties", "barcode"), "text")
VOLUME = PropertyIndex(CODE, ("properties", "volume"), "numeric")
MADE = PropertyIndex(CODE, ("properties", "made"), "timestamptz")
INDEXES = (BARCODE, VOLUME, MADE)

INSERT = """
    INSERT INTO generic_instance (
        name, polymorphic_discriminator, category, type, subtype, version, template_uuid, json_addl, bstatus
    ) SELECT 'sample', 'container_instance', 'container', 'plate', 'x', '1.0', 1,
        jsonb_build_object('properties', jsonb_build_object(
            'barcode', 'BC' || n, 'volume', n / 10.0, 'made', to_char(timestamp '2020-01-01' + n * interval '1 minute',
            'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'notes', repeat('x', 380)
        )), 'created'
      FROM generate_series({first}, {last}) AS n;
"""
ASK = f"SELECT euid FROM generic_instance WHERE {live_instances(CODE)} AND {{}}"


def figures(scale: Scale) -> Iterator[Figure]:
    """Beside the same without it; a hundred times as many instances as a catalogue has templates."""
    rows = 100 * scale.templates
    with databases(MAJOR) as on:
        on.build("filled", our_schema(), INSERT.format(first=1, last=rows))
        with closing(on.connect("filled")) as session:
            session.autocommit = True
            yield from _builds(session, rows)
            session.autocommit = False
            yield from _queries(session, scale.repeats, rows)
            yield from _inserts(session, scale)


def _builds(session: connection, rows: int) -> Iterator[Figure]:
    with session.cursor() as run:
        run.execute("VACUUM ANALYZE generic_instance")
        for index in INDEXES:
            built = seconds(partial(run.execute, index.definition))
            yield Figure(f"build a {index.read_as} index over {rows:,} instances", built, "s", "")
        run.execute("ANALYZE generic_instance")


def _queries(session: connection, repeats: int, rows: int) -> Iterator[Figure]:
    middle = rows // 2
    hours = f"'2020-01-01Z'::timestamptz + {middle} * interval '1 minute'"
    by_containment = ASK.format(f"""json_addl @> '{{"properties": {{"barcode": "BC{middle}"}}}}'""")
    for index, condition in (
        (BARCODE, f"= 'BC{middle}'"),
        (VOLUME, f"BETWEEN {middle / 10} AND {middle / 10 + 1}"),
        (MADE, f"BETWEEN {hours} AND {hours} + interval '10 minutes'"),
    ):
        query = ASK.format(f"{value(index.path, index.read_as)} {condition}")
        beside, without, contained = by_turns(
            repeats,
            partial(_in_vain, session, query),
            partial(_in_vain, session, query, [index]),
            partial(_in_vain, session, by_containment),
        )
        work = f"find by {index.read_as} among {rows:,} instances"
        yield Figure(work, beside, "s", "", without, "without it")
        if index is BARCODE:
            yield Figure(work, beside, "s", "", contained, "`json_addl @> …`, by the GIN index")


def _inserts(session: connection, scale: Scale) -> Iterator[Figure]:
    first = 100 * scale.templates + 1
    more = INSERT.format(first=first, last=first + scale.templates - 1)
    bare = partial(_in_vain, session, more, INDEXES)
    for index in INDEXES:
        others = [other for other in INDEXES if other is not index]
        beside, without = by_turns(scale.repeats, partial(_in_vain, session, more, others), bare)
        yield Figure(
            f"insert {scale.templates:,} beside a {index.read_as} index", beside, "s", "", without, "without it"
        )


def _in_vain(session: connection, statement: str, without: Collection[PropertyIndex] = ()) -> float:
    """How long the statement takes, which is then rolled back."""
    with session.cursor() as run:
        for index in without:
            run.execute(f"DROP INDEX {index.name}")
        taken = seconds(lambda: run.execute(statement))
    session.rollback()
    return taken
