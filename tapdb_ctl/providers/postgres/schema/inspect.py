"""Reads which schema is there, whose it is, and every object of it that is ours or stands on our tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tapdb_ctl.core import schema
from tapdb_ctl.core.address import Address
from tapdb_ctl.core.resource import Desired, Live, Resource
from tapdb_ctl.errors import DatabaseError
from tapdb_ctl.providers.postgres.queries import query
from tapdb_ctl.providers.postgres.schema import migrations, protection, readable, strangers
from tapdb_ctl.providers.postgres.schema.advice import Sight, advice
from tapdb_ctl.providers.postgres.schema.names import address, kind
from tapdb_ctl.providers.postgres.schema.repair.common import NEW_TABLE, ONLINE
from tapdb_ctl.providers.postgres.schema.repair.constraints import referenced
from tapdb_ctl.providers.postgres.schema.snapshot import names, observed, stands_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tapdb_ctl.providers.postgres.schema.shipped import Shipped
    from tapdb_ctl.providers.postgres.session import Session

LARGE = 32 * 1024 * 1024
"""Bytes of a table from which on it is not read or indexed under lock: some tenths of a second at most."""

_RESTORE = "restore the row of tapdb_meta from a backup"
_UNDEFINED_COLUMN = "42703"


def inspect(
    session: Session, desired: Desired, shipped: Shipped, *, managed: bool, advise: bool
) -> tuple[Live, frozenset[str]]:
    """The baseline with its version, the migrations that ran, and the objects as they are.

    Also the tables whose rows are hidden from this role. What a migration that has yet to run removes counts as gone.

    Raises DatabaseError when a newer tapdb built the schema, when it belongs to another environment, or when nothing
    leads from it to ours.
    """
    version, recorded, protect = _record(session, desired) if managed else (schema.UNMANAGED, {}, False)
    waiting = migrations.pending(shipped.migrations, recorded)
    removed = {at for migration in waiting for at in migration.removes}
    seen = observed(session, names({*shipped.resources, *removed}))
    migrations.verify_start(waiting, seen.objects, managed=managed)
    left = {at: r for at, r in seen.objects.items() if at not in removed and removed.isdisjoint(r.needs)}
    owned = managed and not readable.lost(left, shipped.resources, {readable.OWNERSHIP})
    owners = _owners(session) if owned else {}
    known = shipped.resources.keys() | desired.resources.keys()
    marked = strangers.marked(left, known, desired.roles if desired.prune else ())
    objects = {at: replace(r, owner=owners.get(at)) for at, r in marked.items()}
    whole = [_baseline(version, shipped if waiting else None), *migrations.ran(recorded)]
    if managed:
        whole.append(protection.recorded(desired.environment, protect=protect))
    ours = {r.address: r for r in whole}
    ours |= {at: r for at, r in objects.items() if at in known or _watched(r, desired)}
    sight = Sight(seen, waiting, objects, ours, known | owners.keys())
    live = Live(
        ours,
        {at: r.digest for at, r in ours.items()},
        tuple(advice(session, desired, sight)) if advise else (),
        dict(_reasons([*desired.resources.values(), *ours.values()], ours, seen.sizes)),
    )
    return live, seen.unreadable


def _baseline(version: int, led_to: Shipped | None) -> Resource:
    """The schema as a whole; while it has to be led to ours, it takes all of ours to be one."""
    return Resource(schema.BASELINE, {"version": version}, tuple(led_to.resources) if led_to else ())


def _record(session: Session, desired: Desired) -> tuple[int, dict[str, str], bool]:
    """The schema's version, the migrations that ran, and whether the environment is protected."""
    rows = _rows(session)
    if not rows:
        raise DatabaseError.of("PG025", "the schema's own record is gone", "tapdb_meta is empty", _RESTORE)
    version, environment, recorded, protect = rows[0]
    if version > schema.VERSION:
        raise DatabaseError.of(
            "PG014",
            "the schema is newer than this tapdb",
            f"the database has schema version {version}, this tapdb knows {schema.VERSION}",
            "upgrade tapdb-ctl",
        )
    if environment != desired.environment:
        raise DatabaseError.of(
            "PG015",
            "this database belongs to another environment",
            f"{session.target.database} is {environment}'s, the manifest is {desired.environment}'s",
            "check `database` in the manifest",
        )
    return version, recorded, protect


def _rows(session: Session) -> list[tuple[Any, ...]]:
    try:
        return session.rows(query("meta"))
    except DatabaseError as error:
        if error.sqlstate != _UNDEFINED_COLUMN:
            raise
        raise DatabaseError.of("PG025", "the schema's own record is gone", str(error), _RESTORE) from error


def _watched(resource: Resource, desired: Desired) -> bool:
    """Whether it counts though nobody wants it now. An apply is told the changes alone, and has to see every grant."""
    return resource.surplus or resource.owner in desired.catalogs or kind(resource.address) == "grant"


def _owners(session: Session) -> dict[Address, str]:
    """The catalogues that declare indexes, of this environment or another's."""
    return {Address.parse(at): catalog for at, catalog in session.rows(query("index_owners"))}


def _reasons(
    resources: Iterable[Resource], live: Mapping[Address, Resource], sizes: Mapping[str, int]
) -> Iterator[tuple[Address, str]]:
    """Why a change of an object takes another way: its table is large, or is made with it.

    A foreign key follows the transaction also where it refers to a large table, whose key may follow it too.
    """
    for resource in resources:
        on = stands_on(resource)
        if on is None:
            continue
        tables = {on, *referenced(str(resource.attributes.get("definition")))}
        if any(sizes.get(table, 0) > LARGE for table in tables):
            yield resource.address, ONLINE
        elif address("table", [on]) not in live:
            yield resource.address, NEW_TABLE
