"""Reads which schema is there and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core import schema
from tapdb_ctl.core.resource import Desired, Live, Resource
from tapdb_ctl.errors import DatabaseError
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from tapdb_ctl.providers.postgres.session import Session


def inspect(session: Session, desired: Desired) -> Live:
    """The baseline with its version.

    Raises DatabaseError when a newer tapdb built it, or when it belongs to another environment.
    """
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
    found = Resource(schema.BASELINE, {"version": version})
    return Live({found.address: found}, {found.address: found.digest})
