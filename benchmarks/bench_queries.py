"""What searches cost beside the SQL that they come down to, rows of psycopg2 instead of objects."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from bench_property_indexes import ASK, BARCODE, CODE, INDEXES, INSERT, VOLUME
from databases import databases, our_schema
from measure import Figure, Scale, by_turns, seconds
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tapdb_ctl.properties import value, written
from tapdb_ctl.runtime.search import Property, instances, prop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAJOR = 16
SIZE = 100
PLATES = ASK.replace("SELECT euid", "SELECT *")


def figures(scale: Scale) -> Iterator[Figure]:
    """Ten times as many instances as a catalogue has templates."""
    rows = 10 * scale.templates
    with databases(MAJOR) as on:
        on.build(
            "filled", our_schema(), *(index.definition + ";" for index in INDEXES), INSERT.format(first=1, last=rows)
        )
        with closing(on.connect("filled")) as connection, connection.cursor() as run:
            connection.autocommit = True
            run.execute("VACUUM ANALYZE")
        engine = create_engine("postgresql+psycopg2://", creator=partial(on.connect, "filled"))
        with Session(engine) as session:
            for work, ask, limit, sql in (*_found(session, rows), *_walked(session, rows)):
                beside, bare = by_turns(
                    3 * scale.repeats,
                    partial(_asked, session, ask),
                    partial(_asked, session, partial(_rows, session, sql)),
                )
                yield Figure(f"{work} of {rows:,} instances", beside, "s", "", bare, limit)
        engine.dispose()


def _found(session: Session, rows: int) -> Iterator[tuple[str, Callable[[], object], str, str]]:
    plates = instances(session, template=CODE)
    barcode = f"BC{rows // 2}"
    wanted = plates.where(_barcode() == barcode)
    text = PLATES.format(f"{value(BARCODE.path, 'text')} = '{barcode}'")
    yield "`one` by a text property", wanted.one, "bare", text
    yield "`first` by a text property", wanted.first, "following the primary key", f"{text} ORDER BY uuid LIMIT 1"
    number = value(VOLUME.path, "numeric")
    yield (
        "statistics of a numeric property",
        partial(plates.statistics, written(VOLUME.path)),
        "count alone",
        PLATES.format("true").replace("*", f"count({number})"),
    )


def _walked(session: Session, rows: int) -> Iterator[tuple[str, Callable[[], object], str, str]]:
    plates = instances(session, template=CODE)
    for name, search, keys in (
        ("the uuid", plates, "uuid"),
        ("a text property", plates.order_by(_barcode()), f"{value(BARCODE.path, 'text')}, uuid"),
    ):
        begin = f"{PLATES.format('true')} ORDER BY {keys} LIMIT {SIZE}"
        middle = search.page(size=rows // 2).next
        yield f"first page by {name}", partial(search.page, size=SIZE), "bare", begin
        deep = partial(search.page, middle, size=SIZE)
        yield f"middle page by {name}", deep, "`OFFSET`", f"{begin} OFFSET {rows // 2}"
    yield "`iterate` over all", lambda: sum(1 for _ in plates), "bare, all rows at once", PLATES.format("true")


def _barcode() -> Property:
    return prop(written(BARCODE.path), BARCODE.read_as)


def _asked(session: Session, ask: Callable[[], Any]) -> float:
    session.expunge_all()
    return seconds(ask)


def _rows(session: Session, sql: str) -> object:
    return session.connection().exec_driver_sql(sql).all()
