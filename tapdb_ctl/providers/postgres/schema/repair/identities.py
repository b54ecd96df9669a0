"""Columns that number their rows: made to do so again, past every number that was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.step import identifier, literal
from tapdb_ctl.providers.postgres.schema.repair.common import alter, differs, new, old, statement, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.jsonvalue import Attributes
    from tapdb_ctl.core.step import Step

_KINDS = {"always": "ALWAYS", "by default": "BY DEFAULT"}
_PLAIN = "SET START WITH 1 SET INCREMENT BY 1 SET MINVALUE 1 SET NO MAXVALUE SET CACHE 1 SET NO CYCLE"
_MENTIONED = {
    **{
        table: f"SELECT max(rel_table_uuid_fk) FROM audit_log WHERE rel_table_name = {literal(table)}"  # noqa: S608  # ours
        for table in ("generic_template", "generic_instance", "generic_instance_lineage")
    },
    "tapdb_ledger": "SELECT max(ledger_id) FROM tapdb_ledger_change",
}
"""Where numbers of a table stand besides the table itself, so that one made again does not give them once more."""


def clause(column: Attributes) -> str:
    """GENERATED … AS IDENTITY, as a column's definition says it."""
    return f"GENERATED {_KINDS[text(column['identity'])]} AS IDENTITY"


def steps(change: Change, on: str, name: str) -> Iterator[Step]:
    """What a column that is there needs to number rows as it should."""
    was, wanted = (side.get("identity") for side in (old(change), new(change)))
    column = f"ALTER COLUMN {identifier(name)}"
    if was and not wanted:
        yield alter(f"drop the identity of {name}", on, f"{column} DROP IDENTITY")
    elif wanted and not was:
        yield alter(f"number {name}", on, f"{column} ADD {clause(new(change))}")
        yield _past(on, name, f"SELECT max({identifier(name)}) FROM {identifier(on)}")  # noqa: S608  # quoted
    elif was != wanted:
        yield alter(f"set the identity of {name}", on, f"{column} SET GENERATED {_KINDS[text(wanted)]}")
    if was and wanted and differs(change, "numbering"):
        yield alter(f"count by ones in {name}", on, f"{column} {_PLAIN}")


def begun(on: str, name: str) -> Iterator[Step]:
    """For a column made anew: past the numbers that are mentioned elsewhere."""
    if on in _MENTIONED:
        yield _past(on, name, _MENTIONED[on])


def _past(on: str, name: str, highest: str) -> Step:
    sequence = f"pg_get_serial_sequence({literal(identifier(on))}, {literal(name)})"
    sql = f"""\
DO $$BEGIN
    PERFORM setval({sequence}, used) FROM ({highest}) AS numbers (used) WHERE used > 0;
EXCEPTION WHEN undefined_table OR undefined_column THEN
    NULL; -- what mentioned them was lost too
END$$"""
    return statement(f"start {name} of {on} past what was used", sql)
