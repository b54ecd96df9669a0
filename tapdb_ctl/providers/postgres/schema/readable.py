"""Whether the tables that are read row by row are whole enough for that; a damaged one is repaired first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.errors import Finding
from tapdb_ctl.providers.postgres.schema.names import kind, parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.resource import Desired, Resource

OWNERSHIP = "tapdb_ownership"
TABLES = frozenset({"generic_template", "tapdb_identity_prefix_config", OWNERSHIP})
SHOWN = 3
"""How many damaged columns a finding names."""


def lost(
    live: Mapping[Address, Resource], wanted: Mapping[Address, Resource], tables: Collection[str] = TABLES
) -> tuple[Address, ...]:
    """The columns of these tables that are not there, or hold something else."""
    columns = {at: r for at, r in sorted(wanted.items()) if kind(at) == "column" and parts(at)[0] in tables}
    return tuple(at for at, column in columns.items() if at not in live or _held(live[at]) != _held(column))


def findings(desired: Desired, columns: Sequence[Address]) -> Iterator[Finding]:
    """One for each identity and prefix: every template needs some, and a plan of the schema alone needs none."""
    damaged = f"{', '.join(map(str, columns[:SHOWN]))}{', …' if len(columns) > SHOWN else ''}"
    for address in sorted(desired.resources):
        if address.type in {"identity", "prefix"}:
            yield Finding(
                "PG049",
                "the schema has to be repaired before anything in it can be compared",
                f"{address} and the templates cannot be read; damaged are {damaged}",
                "`tapdb apply --target 'schema.*'`, then plan again",
                address=str(address),
            )


def _held(column: Resource) -> str:
    """What it holds; text of limited length reads like any."""
    held = str(column.attributes["type"])
    return "text" if held.startswith("character varying") else held
