"""Databases on an embedded server of the benchmark's own, each a fresh copy of one that was built once."""

from __future__ import annotations

import json
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import psycopg2
from measure import seconds
from psycopg2.extensions import make_dsn

from managed import IDENTITY
from tapdb_ctl.assets import asset
from tapdb_ctl.providers.server.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psycopg2.extensions import connection, cursor

COLUMNS = "name, polymorphic_discriminator, category, type, subtype, version, template_uuid, json_addl, bstatus"

TEMPLATE = """
    INSERT INTO generic_template (
        name, polymorphic_discriminator, category, type, subtype, version, instance_prefix, bstatus, is_singleton
    ) VALUES ('plate', 'container_template', 'container', 'plate', 'x', '1.0', 'CX', 'active', false);
"""


@dataclass(frozen=True)
class Databases:
    """A running server; its databases are known by name."""

    dsn: str

    def build(self, name: str, *scripts: str) -> None:
        """Make a database with one template and the prefixes that it needs, to be copied."""
        self._administer(f'CREATE DATABASE "{name}" TEMPLATE template0')
        with closing(self.connect(name)) as session, session, session.cursor() as run:
            for script in (scripts[0], IDENTITY, TEMPLATE, *scripts[1:]):
                run.execute(script)

    def copy(self, name: str) -> None:
        """Make the database that `committed` works in anew."""
        self._administer("DROP DATABASE IF EXISTS work", f'CREATE DATABASE work TEMPLATE "{name}"', "CHECKPOINT")

    def committed(self, work: Callable[[cursor], object]) -> float:
        """How long a transaction takes, its commit included."""
        with closing(self.connect("work")) as session, session.cursor() as run:
            return seconds(lambda: (work(run), session.commit()))

    def _administer(self, *statements: str) -> None:
        with closing(self.connect("postgres")) as session, session.cursor() as run:
            session.autocommit = True
            for statement in statements:
                run.execute(statement)

    def connect(self, name: str) -> connection:
        """A session in one of them."""
        return psycopg2.connect(self.dsn, dbname=name)


@contextmanager
def databases(major: int) -> Iterator[Databases]:
    """A server in its default configuration."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)  # root's server runs as another user
        server = EmbeddedServer("dev", major, None, Path(name))
        at = server.start()
        try:
            yield Databases(make_dsn(host=at.host, port=at.port, user=at.user, password=at.password))
        finally:
            server.stop("immediate")


def our_schema() -> str:
    """All of schema/."""
    return "\n".join(file.read_text() for file in sorted(asset("schema").glob("*.sql")))


def instances(count: int) -> list[tuple[object, ...]]:
    """Rows of generic_instance in the order of COLUMNS, each with 480 bytes of JSON."""
    return [
        (f"sample {i}", "container_instance", "container", "plate", "x", "1.0", 1, _document(i), "created")
        for i in range(count)
    ]


def text(rows: list[tuple[object, ...]]) -> str:
    """What COPY reads."""
    return "".join("\t".join(map(str, row)) + "\n" for row in rows)


def _document(i: int) -> str:
    properties = {
        "barcode": f"BC{i:09d}",
        "volume": i * 7 % 1000,
        "operator": f"person-{i % 17}",
        "lot": f"L{i % 97:05d}",
        "well": f"{'ABCDEFGH'[i % 8]}{i % 12 + 1}",
    }
    document = {"properties": properties, "action_groups": {}, "audit_log": []}
    missing = 480 - len(json.dumps(document | {"notes": ""}))
    return json.dumps(document | {"notes": "x" * missing})
