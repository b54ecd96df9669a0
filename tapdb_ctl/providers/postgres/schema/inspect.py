"""Reads which schema is there, whose it is, and every object of it that is ours or stands on our tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core import schema
from tapdb_ctl.core.resource import Desired, Live, Resource
from tapdb_ctl.errors import DatabaseError
from tapdb_ctl.providers.postgres.queries import query
from tapdb_ctl.providers.postgres.schema import obstacles, strangers
from tapdb_ctl.providers.postgres.schema.names import address, kind, parts
from tapdb_ctl.providers.postgres.schema.repair.common import NEW_TABLE, ONLINE
from tapdb_ctl.providers.postgres.schema.snapshot import observed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.providers.postgres.schema.shipped import Shipped
    from tapdb_ctl.providers.postgres.session import Session

LARGE = 32 * 1024 * 1024
"""Bytes of a table from which on it is not read or indexed under lock: some tenths of a second at most."""


def inspect(session: Session, desired: Desired, shipped: Shipped) -> Live:
    """The baseline with its version, and the objects as they are.

    Raises DatabaseError when a newer tapdb built the schema, or when it belongs to another environment.
    """
    baseline = _baseline(session, desired)
    seen = observed(session, shipped.snapshot.names)
    objects = strangers.marked(seen.objects, shipped.snapshot.resources)
    known = shipped.snapshot.resources.keys() | desired.resources.keys()
    ours = {schema.BASELINE: baseline, **{at: r for at, r in objects.items() if at in known or r.surplus}}
    return Live(
        ours,
        {at: r.digest for at, r in ours.items()},
        (
            *strangers.findings(session, objects, known),
            *strangers.elsewhere(seen.strangers),
            *obstacles.findings(session, desired, ours),
        ),
        dict(_reasons([*desired.resources.values(), *ours.values()], ours, seen.sizes)),
    )


def _baseline(session: Session, desired: Desired) -> Resource:
    rows = session.rows(query("meta"))
    if not rows:
        raise DatabaseError.of(
            "PG025", "the schema's own record is gone", "tapdb_meta is empty", "restore its row from a backup"
        )
    version, environment = rows[0]
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
    return Resource(schema.BASELINE, {"version": version})


def _reasons(
    resources: Iterable[Resource], live: Mapping[Address, Resource], sizes: Mapping[str, int]
) -> Iterator[tuple[Address, str]]:
    """Why a change of an object takes another way: its table is large, or is made with it."""
    for resource in resources:
        on = _table(resource)
        if on is None:
            continue
        if address("table", [on]) not in live:
            yield resource.address, NEW_TABLE
        elif sizes.get(on, 0) > LARGE:
            yield resource.address, ONLINE


def _table(resource: Resource) -> str | None:
    """The table that an object stands on, where the way of a repair depends on it."""
    match kind(resource.address) if resource.address.type == "schema" else None:
        case "column" | "constraint":
            return parts(resource.address)[0]
        case "index":
            return str(resource.attributes["table"])
    return None
