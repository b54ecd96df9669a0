"""What a database holds, read by somebody else than tapdb: templates, ownership, ledger, audit log and EUIDs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg2

if TYPE_CHECKING:
    from worlds import World

_EXISTS = "SELECT count(*) > 0 FROM pg_class WHERE relnamespace = 'public'::regnamespace"
_TEMPLATES = """
    SELECT category || '/' || type || '/' || subtype || '/' || version,
           md5(row(name, polymorphic_discriminator, instance_prefix, json_addl, bstatus, is_deleted)::text)
      FROM generic_template
"""
_OWNED = """
    SELECT o.address, o.catalog || coalesce(' ' || c.action, '')
      FROM tapdb_ownership AS o LEFT JOIN tapdb_ledger_change AS c USING (ledger_id, ordinal, address)
"""
# The database is created before the transaction, so an apply may find it where the one before it did not.
_ENTRIES = """
    SELECT (SELECT md5(string_agg(concat_ws(' ', c.address, c.action, c.before::text, '->', c.after::text),
                                  ' ' ORDER BY c.address COLLATE "C"))
              FROM tapdb_ledger_change AS c WHERE c.ledger_id = l.id AND c.address NOT LIKE 'database.%')
      FROM tapdb_ledger AS l ORDER BY l.id
"""
_AUDIT = """
    SELECT rel_table_name, operation_type, column_name, count(*), count(DISTINCT rel_table_uuid_fk)
      FROM audit_log GROUP BY 1, 2, 3
"""
_EUIDS = " UNION ALL ".join(
    f"SELECT '{table}', uuid, euid FROM {table}"
    for table in ("generic_template", "generic_instance", "generic_instance_lineage", "audit_log")
)
_WRITINGS = " UNION ALL ".join(
    f"SELECT t::text FROM {table} AS t"
    for table in ("tapdb_meta", "tapdb_ledger", "tapdb_ledger_change", "tapdb_ownership", "audit_log")
)


@dataclass(frozen=True)
class State:
    """Two of them are equal when one cannot tell which apply, of how many attempts, led there."""

    templates: dict[str, str]
    owned: dict[str, str]
    entries: list[str]
    """A digest of the changes of each entry of the ledger."""
    audit: Counter[tuple[str, ...]]
    revision: int
    euids: dict[tuple[str, int], str] = field(compare=False)
    """By table and key."""

    def differences(self, other: State) -> list[str]:
        """The parts in which they differ."""
        parts = ("templates", "owned", "entries", "audit", "revision")
        return [part for part in parts if getattr(self, part) != getattr(other, part)]


def read(world: World) -> State | None:
    """None when the database does not exist, or is empty."""
    try:
        if not world.value(_EXISTS):
            return None
    except psycopg2.OperationalError as error:
        if "does not exist" in str(error):
            return None
        raise
    return State(
        templates=dict(world.sql(_TEMPLATES)),
        owned=dict(world.sql(_OWNED)),
        entries=[digest for (digest,) in world.sql(_ENTRIES)],
        audit=Counter({tuple(row[:3]): tuple(row[3:]) for row in world.sql(_AUDIT)}),
        revision=world.value("SELECT catalog_revision FROM tapdb_meta"),
        euids={(table, key): euid for table, key, euid in world.sql(_EUIDS)},
    )


def writings(world: World) -> bytes:
    """Everything that an apply writes beside the templates, as text."""
    return "\n".join(text for (text,) in world.sql(_WRITINGS)).encode()


def made_now(world: World) -> list[Any]:
    """EUIDs that a new instance and edge are given."""
    return world.sql(
        "WITH i AS (INSERT INTO generic_instance (name, polymorphic_discriminator, category, type, subtype, version,"
        " template_uuid, bstatus) SELECT 'last', 'container_instance', category, type, subtype, version, uuid, 'new'"
        " FROM generic_template WHERE NOT is_deleted LIMIT 1 RETURNING euid) SELECT euid FROM i"
    )
