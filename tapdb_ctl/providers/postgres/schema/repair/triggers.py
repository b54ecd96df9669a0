"""Triggers: made, replaced in place, and enabled as they should be; writers wait for that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Change, Create
from tapdb_ctl.core.step import identifier
from tapdb_ctl.providers.postgres.schema.names import parts
from tapdb_ctl.providers.postgres.schema.repair.common import (
    ACCESS_EXCLUSIVE,
    SHARE_ROW_EXCLUSIVE,
    alter,
    comment,
    differs,
    new,
    old,
    statement,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.step import Step

_ENABLING = {
    "origin": "ENABLE TRIGGER",
    "disabled": "DISABLE TRIGGER",
    "replica": "ENABLE REPLICA TRIGGER",
    "always": "ENABLE ALWAYS TRIGGER",
}

_IRREPLACEABLE = "CREATE CONSTRAINT TRIGGER"
"""What CREATE OR REPLACE TRIGGER neither replaces nor makes."""


def steps(change: Change) -> Iterator[Step]:
    """CREATE OR REPLACE TRIGGER, which enables it, then whatever else it should be."""
    on, name = parts(change.address)
    if differs(change, "definition"):
        yield from _defined(change, on, name)
    if _enabled(change) != (wanted := text(new(change)["enabled"])):
        yield alter(f"enable trigger {name}", on, f"{_ENABLING[wanted]} {identifier(name)}", SHARE_ROW_EXCLUSIVE)
    yield from comment(change, f"TRIGGER {identifier(name)} ON {identifier(on)}")


def _defined(change: Change, on: str, name: str) -> Iterator[Step]:
    drop, title = f"DROP TRIGGER {identifier(name)} ON {identifier(on)}", f"define trigger {name} of {on}"
    wanted = text(new(change)["definition"])
    if isinstance(change, Create):
        yield statement(title, wanted, SHARE_ROW_EXCLUSIVE, on, reverse=drop)
        return
    found = text(old(change)["definition"])
    if found.startswith(_IRREPLACEABLE) or wanted.startswith(_IRREPLACEABLE):
        yield statement(f"drop trigger {name} of {on}", drop, ACCESS_EXCLUSIVE, on)
        yield statement(title, wanted, SHARE_ROW_EXCLUSIVE, on)
    else:
        yield statement(title, _replacing(wanted), SHARE_ROW_EXCLUSIVE, on, reverse=_replacing(found))


def _enabled(change: Change) -> object:
    """How it stands once its definition is right."""
    return "origin" if differs(change, "definition") else old(change)["enabled"]


def _replacing(definition: str) -> str:
    return f"CREATE OR REPLACE {definition.removeprefix('CREATE ')}"
