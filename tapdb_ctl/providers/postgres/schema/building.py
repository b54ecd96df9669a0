"""Builds the managed schema from the SQL files in schema/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Change, Create, Update
from tapdb_ctl.core.jsonvalue import compact
from tapdb_ctl.core.schema import UNMANAGED
from tapdb_ctl.core.step import Sql, Step, identifier, literal

if TYPE_CHECKING:
    from tapdb_ctl.core.resource import Resource
    from tapdb_ctl.providers.postgres.schema.shipped import Shipped

_LOCK = "ACCESS EXCLUSIVE"


def steps(change: Change, shipped: Shipped, schema: str, environment: str) -> tuple[Step, ...]:
    """Every file of schema/ in the order of names, then the row that says what was built, and for whom.

    Where migrations and repairs have made the schema out of an older one, that row alone.
    """
    match change:
        case Create():
            files = (Step(f"run schema/{name}", Sql(sql), lock=_LOCK) for name, sql in sorted(shipped.files.items()))
            creation = Step(f"create schema {schema} where it is missing", Sql(_creation(identifier(schema))))
            return (creation, *files, _recorded(change.after, shipped, environment))
        case Update(before=before) if before.attributes["version"] == UNMANAGED:
            return (_recorded(change.after, shipped, environment),)
        case Update():
            return (_updated(change, shipped),)
    raise AssertionError(change)


def _recorded(schema: Resource, shipped: Shipped, environment: str) -> Step:
    insert = "INSERT INTO tapdb_meta (schema_version, schema_digest, environment, migrations) VALUES {rows}"
    row = (_version(schema), shipped.digest, environment, compact(shipped.recorded))
    return Step("record the schema's version and environment", Sql(insert, row, "(%s, %s, %s, %s::jsonb)"), rows=1)


def _updated(change: Update, shipped: Shipped) -> Step:
    update = (
        "UPDATE tapdb_meta SET schema_version = v.version, schema_digest = v.digest, migrations = v.migrations"
        " FROM (VALUES {rows}) AS v (old, version, digest, migrations) WHERE schema_version = v.old"
    )
    row = (_version(change.before), _version(change.after), shipped.digest, compact(shipped.recorded))
    return Step("record the schema's version", Sql(update, row, "(%s, %s, %s, %s::jsonb)"), rows=1)


def _version(schema: Resource) -> int:
    version = schema.attributes["version"]
    assert isinstance(version, int)
    return version


def _creation(name: str) -> str:
    """CREATE SCHEMA asks for rights on the database even where IF NOT EXISTS then does nothing."""
    return f"DO {literal(f'BEGIN IF to_regnamespace({literal(name)}) IS NULL THEN CREATE SCHEMA {name}; END IF; END')}"
