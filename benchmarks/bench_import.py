"""What an application pays before its first row: whole processes, against the bare interpreter."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from databases import databases, our_schema
from measure import Figure, Scale, by_turns, child
from psycopg2.extensions import parse_dsn
from sqlalchemy import URL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAJOR = 16

NOTHING = "pass"
IMPORTED = "import tapdb_ctl"
QUERIED = """\
from tapdb_ctl import TAPDBConnection
from tapdb_ctl.runtime.models import generic_template
with TAPDBConnection() as db, db.session_scope() as session:
    session.query(generic_template).first()
"""


def figures(scale: Scale) -> Iterator[Figure]:
    """The import alone; then import, connect and the first query."""
    with databases(MAJOR) as on:
        on.build("ours", our_schema())
        environment = os.environ | {"DATABASE_URL": _url(on.dsn, "ours")}
        works = [_process(program, environment) for program in (IMPORTED, QUERIED, NOTHING)]
        imported, queried, nothing = by_turns(scale.repeats * 3, *works)
    yield Figure("`import tapdb_ctl`", imported, "s", "≤ 60 ms more", nothing, "`python -c pass`")
    yield Figure("import, connect, first query", queried, "s", "≤ 700 ms", nothing, "`python -c pass`")


def _process(program: str, environment: dict[str, str]) -> Callable[[], float]:
    return lambda: child([sys.executable, "-c", program], env=environment)


def _url(dsn: str, database: str) -> str:
    at = parse_dsn(dsn)
    url = URL.create("postgresql", at["user"], at["password"], at["host"], int(at["port"]), database)
    return url.render_as_string(hide_password=False)
