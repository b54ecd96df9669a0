"""Columns: added, and brought back to their type, default and nullability; what would copy a table asks first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Change, Create, Delete, reason
from tapdb_ctl.core.guard import REWRITE
from tapdb_ctl.core.step import Sql, Step, identifier
from tapdb_ctl.providers.postgres.schema.names import parts
from tapdb_ctl.providers.postgres.schema.repair import identities
from tapdb_ctl.providers.postgres.schema.repair.common import (
    ACCESS_EXCLUSIVE,
    NEW_TABLE,
    ONLINE,
    SHARE_UPDATE_EXCLUSIVE,
    alter,
    alter_online,
    comment,
    differs,
    new,
    old,
    public,
    text,
    unrepairable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.jsonvalue import Attributes

_PER_ROW = {"clock_timestamp()"}
"""Defaults that are computed for each row: https://www.postgresql.org/docs/current/ddl-alter.html."""

_SAME_BYTES = ("character varying", "text")
"""Types that PostgreSQL turns into text without touching a row."""


def steps(change: Change) -> Iterator[Step]:
    """Add or drop a column, or change what differs of it."""
    on, name = parts(change.address)
    match change:
        case Delete():
            drop = Sql(f"ALTER TABLE {identifier(on)} DROP COLUMN {identifier(name)}")
            yield Step(f"drop column {name} of {on}", drop, lock=ACCESS_EXCLUSIVE, tables=(on,), data_loss=True)
            return
        case Create():
            yield _added(change, on, name)
            if "identity" in new(change):
                yield from identities.begun(on, name)
        case _ if differs(change, "generated"):
            raise unrepairable(change, "its generation expression is another", "drop the column by hand, then apply")
        case _:
            yield from _altered(change, on, name)
    yield from comment(change, f"COLUMN {identifier(on)}.{identifier(name)}")
    yield from _public(change, on, name)


def _added(change: Create, on: str, name: str) -> Step:
    """A value of its own for each row copies the table, unless that is made at the same time."""
    column = new(change)
    own = "identity" in column or column.get("default") in _PER_ROW
    consent = REWRITE if own and change.reason != NEW_TABLE else None
    return alter(f"add column {name}", on, f"ADD COLUMN {identifier(name)} {_described(column)}", consent=consent)


def _described(column: Attributes) -> str:
    words = [text(column["type"])]
    if collation := column.get("collation"):
        words.append(f"COLLATE {collation}")
    if column["not_null"]:
        words.append("NOT NULL")
    if (default := column.get("default")) is not None:
        words.append(f"DEFAULT {default}")
    if "identity" in column:
        words.append(identities.clause(column))
    return " ".join(words)


def _altered(change: Change, on: str, name: str) -> Iterator[Step]:
    column = f"ALTER COLUMN {identifier(name)}"
    retyped = differs(change, "type", "collation")
    aside = retyped and "default" in old(change)
    if aside:  # it may not fit the type
        yield alter(f"set aside the default of {name}", on, f"{column} DROP DEFAULT")
    if retyped:
        yield _retyped(change, on, name, column)
    if aside or differs(change, "default"):
        default = new(change).get("default")
        act = "DROP DEFAULT" if default is None else f"SET DEFAULT {default}"
        yield alter(f"set the default of {name}", on, f"{column} {act}")
    if differs(change, "not_null"):
        yield from _nullability(change, on, name, column)
    yield from identities.steps(change, on, name)


def _retyped(change: Change, on: str, name: str, column: str) -> Step:
    was, wanted = (text(side["type"]) for side in (old(change), new(change)))
    collation = f" COLLATE {new(change)['collation']}" if "collation" in new(change) else ""
    free = wanted == "text" and was.startswith(_SAME_BYTES) and not differs(change, "collation")
    act = f"{column} TYPE {wanted}{collation} USING {identifier(name)}::{wanted}"
    return alter(f"change the type of {name}", on, act, consent=None if free else REWRITE)


def _nullability(change: Change, on: str, name: str, column: str) -> Iterator[Step]:
    """SET NOT NULL reads the table under lock, unless a valid CHECK says already that no value is missing.

    https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL
    """
    if not new(change)["not_null"]:
        yield alter(f"let {name} be null", on, f"{column} DROP NOT NULL")
    elif reason(change) != ONLINE:
        yield alter(f"require {name}", on, f"{column} SET NOT NULL")
    else:
        check = identifier(f"tapdb_required_{name}"[:63])
        anew = f"DROP CONSTRAINT IF EXISTS {check}, ADD CONSTRAINT {check}"
        yield alter_online(f"check {name} from now on", on, f"{anew} CHECK ({identifier(name)} IS NOT NULL) NOT VALID")
        yield alter_online(f"check every {name}", on, f"VALIDATE CONSTRAINT {check}", SHARE_UPDATE_EXCLUSIVE)
        yield alter_online(f"require {name}", on, f"{column} SET NOT NULL, DROP CONSTRAINT {check}")


def _public(change: Change, on: str, name: str) -> Iterator[Step]:
    """What PUBLIC may do with one column is written SELECT ("column") ON TABLE."""
    for step in public(change, f"TABLE {identifier(on)}"):
        assert isinstance(step.act, Sql)
        verb, _, rest = step.act.text.partition(" ")
        privileges, on_table, where = rest.partition(" ON ")
        each = ", ".join(f"{privilege} ({identifier(name)})" for privilege in privileges.split(", "))
        yield Step(step.title, Sql(f"{verb} {each}{on_table}{where}"))
