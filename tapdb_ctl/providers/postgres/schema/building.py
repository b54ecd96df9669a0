"""Builds the managed schema from the SQL files in schema/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Change, Create
from tapdb_ctl.core.step import Sql, Step, identifier, literal
from tapdb_ctl.errors import TapdbError

if TYPE_CHECKING:
    from tapdb_ctl.providers.postgres.schema.shipped import Shipped

_LOCK = "ACCESS EXCLUSIVE"


def steps(change: Change, shipped: Shipped, schema: str, environment: str) -> tuple[Step, ...]:
    """Every file of schema/ in the order of names, then the row that says what was built, and for whom."""
    if not isinstance(change, Create):
        raise TapdbError.of(
            "PG016",
            "this tapdb cannot migrate the schema",
            f"the database has version {change.before.attributes.get('version')}",
            "use the tapdb that migrates from it",
        )
    version = change.after.attributes["version"]
    assert isinstance(version, int)
    meta = Sql(
        "INSERT INTO tapdb_meta (schema_version, schema_digest, environment) VALUES {rows}",
        (version, shipped.digest, environment),
        "(%s, %s, %s)",
    )
    return (
        Step(f"create schema {schema} where it is missing", Sql(_creation(identifier(schema)))),
        *(Step(f"run schema/{name}", Sql(sql), lock=_LOCK) for name, sql in sorted(shipped.files.items())),
        Step("record the schema's version and environment", meta, rows=1),
    )


def _creation(name: str) -> str:
    """CREATE SCHEMA asks for rights on the database even where IF NOT EXISTS then does nothing."""
    return f"DO {literal(f'BEGIN IF to_regnamespace({literal(name)}) IS NULL THEN CREATE SCHEMA {name}; END IF; END')}"
