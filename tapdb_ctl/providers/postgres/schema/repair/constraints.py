"""Constraints: on large tables added NOT VALID, or over an index built CONCURRENTLY, and validated afterwards.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES: validating lets others read and write.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Change, Create, reason
from tapdb_ctl.core.step import Phase, Sql, Step, identifier
from tapdb_ctl.providers.postgres.schema.names import parts
from tapdb_ctl.providers.postgres.schema.repair.common import (
    ACCESS_EXCLUSIVE,
    ONLINE,
    SHARE_ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    alter_online,
    comment,
    differs,
    new,
    old,
    online,
    text,
)
from tapdb_ctl.providers.postgres.schema.repair.indexes import unfinished

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNIQUE = re.compile(r"(PRIMARY KEY|UNIQUE) (\(.*)")
_REFERENCED = re.compile(r" REFERENCES (\w+)")


def steps(change: Change) -> Iterator[Step]:
    """Add, replace or validate."""
    on, name = parts(change.address)
    definition = text(new(change)["definition"])
    later = reason(change) == ONLINE
    if differs(change, "definition", "enforced"):
        unique = _UNIQUE.fullmatch(definition)
        if later and unique:
            yield from _indexed(change, on, name, unique[1], unique[2])
        elif later:
            yield _added(change, on, name, f"{definition} NOT VALID", Phase.CONCURRENT)
            yield _validated(on, name, Phase.CONCURRENT)
        else:
            yield _added(change, on, name, definition, Phase.TRANSACTION)
    elif differs(change, "validated"):
        yield _validated(on, name, Phase.CONCURRENT if later else Phase.TRANSACTION)
    yield from comment(change, f"CONSTRAINT {identifier(name)} ON {identifier(on)}")


def referenced(definition: str) -> set[str]:
    """The table that a foreign key refers to, if it is one."""
    return set(_REFERENCED.findall(definition))


def _added(change: Change, on: str, name: str, definition: str, phase: Phase) -> Step:
    """A foreign key locks both tables, less than the others do; dropping one locks both entirely."""
    act = f"{_without(change, name)}ADD CONSTRAINT {identifier(name)} {definition}"
    foreign = referenced(definition) | referenced(text(old(change).get("definition", "")))
    lock = SHARE_ROW_EXCLUSIVE if foreign and isinstance(change, Create) else ACCESS_EXCLUSIVE
    sql = Sql(f"ALTER TABLE {identifier(on)} {act}")
    return Step(f"add constraint {name} of {on}", sql, phase, lock=lock, tables=tuple(sorted({on, *foreign})))


def _validated(on: str, name: str, phase: Phase) -> Step:
    sql = Sql(f"ALTER TABLE {identifier(on)} VALIDATE CONSTRAINT {identifier(name)}")
    return Step(f"validate constraint {name} of {on}", sql, phase, lock=SHARE_UPDATE_EXCLUSIVE, tables=(on,))


def _indexed(change: Change, on: str, name: str, kind: str, columns: str) -> Iterator[Step]:
    """A unique index that others can write beside, which then becomes the constraint."""
    index = identifier(unfinished(name))
    build = f"CREATE UNIQUE INDEX CONCURRENTLY {index} ON {identifier(on)} {columns}"
    yield online(f"drop what a failed build left of {name}", f"DROP INDEX CONCURRENTLY IF EXISTS {index}")
    yield online(f"build the index of {name}", build, SHARE_UPDATE_EXCLUSIVE, on)
    using = f"{_without(change, name)}ADD CONSTRAINT {identifier(name)} {kind} USING INDEX {index}"
    yield alter_online(f"make it the constraint {name}", on, using, ACCESS_EXCLUSIVE)


def _without(change: Change, name: str) -> str:
    return "" if isinstance(change, Create) else f"DROP CONSTRAINT {identifier(name)}, "
