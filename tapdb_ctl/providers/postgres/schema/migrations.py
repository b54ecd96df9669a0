"""Migrations: what no comparison can know, run once, in order, before the objects are compared with ours.

Each is a file of schema/migrations/ with its facts beside it in JSON: the digest of the schema that it starts from, of
which objects that digest is made, and which objects it removes. The facts let a plan look past a migration that has
not run: what it removes is taken for gone. An empty database runs none; its schema is recorded as lying beyond them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapdb_ctl.core import jsonvalue
from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import Change, Create
from tapdb_ctl.core.resource import Resource
from tapdb_ctl.core.schema import BASELINE
from tapdb_ctl.core.step import Sql, Step
from tapdb_ctl.errors import DatabaseError, Finding, Severity, UnrepairableError
from tapdb_ctl.providers.postgres.schema.names import kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_LEDGER = Address("schema", "table/tapdb_ledger")
_RESTORE = "restore the table and its row from a backup"
_NOT_SHAPE = {"comment", "public"}


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: `number` is its version, `starts_from` the digest of the objects in `shape`."""

    number: int
    name: str
    sql: str
    starts_from: str
    shape: frozenset[Address]
    removes: frozenset[Address]

    @classmethod
    def read(cls, path: Path) -> Migration:
        """The migration in an SQL file and the JSON file beside it."""
        facts = json.loads(path.with_suffix(".json").read_text("utf-8"))
        return cls(
            int(path.stem.partition("_")[0]),
            path.stem,
            path.read_text("utf-8"),
            facts["starts_from"],
            frozenset(map(Address.parse, facts["shape"])),
            frozenset(map(Address.parse, facts["removes"])),
        )

    @property
    def address(self) -> Address:
        """`schema.migration/0001`."""
        return Address("schema", f"migration/{self.number:04}")

    @property
    def sha256(self) -> str:
        """Of the SQL."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def resource(self) -> Resource:
        """That it has run."""
        return Resource(self.address, {"file": f"{self.name}.sql", "sha256": self.sha256}, within=BASELINE)


def digest(objects: Iterable[Resource]) -> str:
    """SHA-256 of the shape of tables: columns and constraints, without comments and privileges."""
    lines = (
        f"{r.address} {jsonvalue.text({k: v for k, v in r.attributes.items() if k not in _NOT_SHAPE})}" for r in objects
    )
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def facts(start: Mapping[Address, Resource], end: Mapping[Address, Resource]) -> str:
    """The text of the JSON file of a migration that leads from one set of objects to another."""
    shape = {at: r for at, r in start.items() if kind(at) in {"table", "column", "constraint"}}
    document = {
        "starts_from": digest(shape.values()),
        "shape": sorted(map(str, shape)),
        "removes": sorted(map(str, start.keys() - end.keys())),
    }
    return json.dumps(document, indent=1) + "\n"


def pending(migrations: Iterable[Migration], recorded: Mapping[str, str]) -> tuple[Migration, ...]:
    """Those that have not run, in order."""
    return tuple(m for m in sorted(migrations, key=lambda m: m.number) if m.name not in recorded)


def ran(recorded: Mapping[str, str]) -> Iterator[Resource]:
    """What the database says has run."""
    for name, sha256 in recorded.items():
        number = name.partition("_")[0]
        yield Resource(
            Address("schema", f"migration/{number}"), {"file": f"{name}.sql", "sha256": sha256}, within=BASELINE
        )


def verify_start(waiting: Sequence[Migration], objects: Mapping[Address, Resource], *, managed: bool) -> None:
    """Raise DatabaseError unless the first migration that waits, if any, starts from these objects."""
    if not managed and _LEDGER in objects:
        raise DatabaseError.of(
            "PG025", "the schema's own record is gone", "there is a ledger and no tapdb_meta", _RESTORE
        )
    if waiting and digest(r for at, r in objects.items() if at in waiting[0].shape) == waiting[0].starts_from:
        return
    if not managed:
        raise DatabaseError.of(
            "PG013",
            "this schema holds TAPDB tables that tapdb cannot take over",
            "there is generic_template and no tapdb_meta, and the tables are not those of TAPDB 0.1.13",
            "point the manifest at another database or schema",
        )
    if waiting:
        raise DatabaseError.of(
            "PG047",
            "the schema is not what the next migration starts from",
            f"its tables differ from those that {waiting[0].name} expects",
            "repair it first with the tapdb-ctl that this database was last applied with, then upgrade",
        )


def announced(waiting: Iterable[Migration]) -> Iterator[Finding]:
    """That the schema is not the one that this tapdb keeps."""
    for migration in waiting:
        yield Finding(
            "PG048",
            "the schema is an older one and will be migrated",
            f"{migration.name} removes {', '.join(sorted(at.name for at in migration.removes))}; "
            "then everything is made that differs from ours",
            "back the database up before the apply; there is no way back but the backup",
            severity=Severity.WARNING,
            address=str(migration.address),
        )


def steps(change: Change, migrations: Iterable[Migration]) -> tuple[Step, ...]:
    """The migration's file as it is; raises UnrepairableError when it ran in another form."""
    if not isinstance(change, Create):
        at = str(change.address)
        raise UnrepairableError(
            Finding(
                "PG046",
                "a migration that ran here is not the one that ships",
                f"{at}: the database recorded another sha256, so the file was changed after it was released",
                "install the tapdb-ctl that this database was last applied with, and ask where the file comes from",
                address=at,
            )
        )
    (migration,) = (m for m in migrations if m.address == change.address)
    return (Step(f"run schema/migrations/{migration.name}.sql", Sql(migration.sql), lock="ACCESS EXCLUSIVE"),)
