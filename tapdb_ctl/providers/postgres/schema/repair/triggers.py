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

    from tapdb_ctl.core.jsonvalue import Attributes
    from tapdb_ctl.core.step import Step

_ENABLING = {
    "origin": "ENABLE TRIGGER",
    "disabled": "DISABLE TRIGGER",
    "replica": "ENABLE REPLICA TRIGGER",
    "always": "ENABLE ALWAYS TRIGGER",
}

_IRREPLACEABLE = "CREATE CONSTRAINT TRIGGER"
"""What CREATE OR REPLACE TRIGGER refuses to replace."""


def steps(change: Change) -> Iterator[Step]:
    """CREATE OR REPLACE TRIGGER, which enables it, then whatever else it should be."""
    on, name = parts(change.address)
    if text(old(change).get("definition", "")).startswith(_IRREPLACEABLE):
        yield statement(f"drop trigger {name} of {on}", _dropping(on, name), ACCESS_EXCLUSIVE, on)
    if differs(change, "definition"):
        reverse = _dropping(on, name) if isinstance(change, Create) else _replacing(old(change))
        title, sql = f"define trigger {name} of {on}", _replacing(new(change))
        yield statement(title, sql, SHARE_ROW_EXCLUSIVE, on, reverse=reverse)
    if _enabled(change) != (wanted := text(new(change)["enabled"])):
        yield alter(f"enable trigger {name}", on, f"{_ENABLING[wanted]} {identifier(name)}", SHARE_ROW_EXCLUSIVE)
    yield from comment(change, f"TRIGGER {identifier(name)} ON {identifier(on)}")


def _enabled(change: Change) -> object:
    """How it stands once its definition is right."""
    return "origin" if differs(change, "definition") else old(change)["enabled"]


def _replacing(trigger: Attributes) -> str:
    return f"CREATE OR REPLACE {text(trigger['definition']).removeprefix('CREATE ')}"


def _dropping(on: str, name: str) -> str:
    return f"DROP TRIGGER {identifier(name)} ON {identifier(on)}"
