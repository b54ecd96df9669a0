"""Sequences: made past every number that was used, led past it where they fell behind, altered in place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Change, Create
from tapdb_ctl.core.step import identifier
from tapdb_ctl.providers.postgres.prefixes.steps import advanced, started
from tapdb_ctl.providers.postgres.schema.names import parts
from tapdb_ctl.providers.postgres.schema.repair.common import (
    SHARE_ROW_EXCLUSIVE,
    comment,
    differs,
    new,
    old,
    public,
    statement,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.jsonvalue import Attributes
    from tapdb_ctl.core.step import Step

_OPTIONS = {
    "type": "AS",
    "start": "START WITH",
    "increment": "INCREMENT BY",
    "minimum": "MINVALUE",
    "maximum": "MAXVALUE",
    "cache": "CACHE",
}
_NUMBERED = {
    "generic_template_seq": ("GT", "generic_template"),
    "generic_instance_lineage_seq": ("GN", "generic_instance_lineage"),
}
_INSTANCES = re.compile(r"([a-z]{2,3})_instance_seq")


def steps(change: Change) -> Iterator[Step]:
    """CREATE or ALTER SEQUENCE; none is restarted or moved back."""
    (name,) = parts(change.address)
    if isinstance(change, Create):
        sql = f"CREATE SEQUENCE {identifier(name)} {options(new(change))}"
        yield statement(f"create sequence {name}", sql, reverse=f"DROP SEQUENCE {identifier(name)}")
        yield from (started(name, prefix, table) for prefix, table in _used_by(name))
    elif differs(change, *_OPTIONS, "cycle"):
        sql = f"ALTER SEQUENCE {identifier(name)} {options(new(change))}"
        yield statement(f"alter sequence {name}", sql, SHARE_ROW_EXCLUSIVE, name)
    if "behind" in old(change):
        yield from (advanced(name, prefix, table) for prefix, table in _used_by(name))
    if differs(change, "persistence") and not isinstance(change, Create):
        logged = f"ALTER SEQUENCE {identifier(name)} SET LOGGED"
        yield statement(f"log sequence {name}", logged, SHARE_ROW_EXCLUSIVE, name)
    yield from comment(change, f"SEQUENCE {identifier(name)}")
    yield from public(change, f"SEQUENCE {identifier(name)}")


def options(sequence: Attributes) -> str:
    """Everything that a sequence is told; START counts only for a RESTART, which tapdb never does."""
    told = [f"{word} {sequence[name]}" for name, word in _OPTIONS.items()]
    return " ".join([*told, "CYCLE" if sequence["cycle"] else "NO CYCLE"])


def _used_by(name: str) -> Iterator[tuple[str, str]]:
    """The prefix whose EUIDs the sequence numbers, and the table that holds them."""
    if name in _NUMBERED:
        yield _NUMBERED[name]
    elif match := _INSTANCES.fullmatch(name):
        yield match[1].upper(), "generic_instance"
