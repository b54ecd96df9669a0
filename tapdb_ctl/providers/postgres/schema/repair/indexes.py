"""Indexes: built under lock on small tables, CONCURRENTLY after the transaction on large ones.

https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY: a build that fails leaves an
invalid index behind, which the next plan sees as a difference and which is dropped before the next attempt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Change, Create, Delete, reason
from tapdb_ctl.core.step import identifier, literal
from tapdb_ctl.providers.postgres.schema.names import parts
from tapdb_ctl.providers.postgres.schema.repair.common import (
    ACCESS_EXCLUSIVE,
    ONLINE,
    SHARE,
    SHARE_UPDATE_EXCLUSIVE,
    comment,
    differs,
    new,
    old,
    online,
    statement,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.step import Step

_LONGEST_NAME = 63
_UNFINISHED = "_tapdb_unfinished"
_RELEASE = "DELETE FROM tapdb_ownership WHERE address = "


def steps(change: Change) -> Iterator[Step]:
    """Build what is missing, invalid or different; drop what is no longer wanted."""
    (name,) = parts(change.address)
    match change:
        case Delete():
            yield from _dropped(change, name)
            return
        case Create():
            yield from _built_online(name, change) if reason(change) == ONLINE else _built(name, change)
        case _ if differs(change, "definition", "valid", "table"):
            yield from _rebuilt_online(name, change) if reason(change) == ONLINE else _rebuilt(name, change)
    yield from comment(change, f"INDEX {identifier(name)}")


def unfinished(name: str) -> str:
    """What an index is called until it takes the place of the one that it replaces."""
    return name[: _LONGEST_NAME - len(_UNFINISHED)] + _UNFINISHED


def concurrently(definition: str, name: str, wanted: str) -> str:
    """A definition that pg_get_indexdef printed, as a build that lets others write, under another name."""
    head, _, tail = definition.partition(f" {_printed(name)} ON ")
    return f"{head} CONCURRENTLY {identifier(wanted)} ON {tail}"


def _built(name: str, change: Change) -> Iterator[Step]:
    definition, on = text(new(change)["definition"]), text(new(change)["table"])
    yield statement(f"build index {name}", definition, SHARE, on, reverse=f"DROP INDEX {identifier(name)}")


def _rebuilt(name: str, change: Change) -> Iterator[Step]:
    on = text(old(change)["table"])
    yield statement(f"drop index {name}", f"DROP INDEX {identifier(name)}", ACCESS_EXCLUSIVE, on)
    yield from _built(name, change)


def _built_online(name: str, change: Change) -> Iterator[Step]:
    definition, on = text(new(change)["definition"]), text(new(change)["table"])
    yield online(f"drop what a failed build left of {name}", _drop(unfinished(name)), SHARE_UPDATE_EXCLUSIVE, on)
    yield online(f"build index {name}", concurrently(definition, name, name), SHARE_UPDATE_EXCLUSIVE, on)


def _rebuilt_online(name: str, change: Change) -> Iterator[Step]:
    """The new one is ready before the old one goes, so that no query and no uniqueness is without it."""
    definition, on = text(new(change)["definition"]), text(new(change)["table"])
    started = unfinished(name)
    rename = f"ALTER INDEX {identifier(started)} RENAME TO {identifier(name)}"
    yield online(f"drop what a failed build left of {name}", _drop(started), SHARE_UPDATE_EXCLUSIVE, on)
    yield online(f"build index {name} anew", concurrently(definition, name, started), SHARE_UPDATE_EXCLUSIVE, on)
    yield online(f"drop the old index {name}", _drop(name), SHARE_UPDATE_EXCLUSIVE, on)
    yield online(f"name the new index {name}", rename, SHARE_UPDATE_EXCLUSIVE, on)


def _dropped(change: Delete, name: str) -> Iterator[Step]:
    """Owned until it is gone: what nobody owns would never be dropped."""
    on, definition = text(old(change)["table"]), text(old(change)["definition"])
    if change.reason == ONLINE:
        yield online(f"drop index {name}", _drop(name), SHARE_UPDATE_EXCLUSIVE, on)
        yield online(f"give up index {name}", _RELEASE + literal(str(change.address)))
    else:
        drop = f"DROP INDEX {identifier(name)}"
        yield statement(f"drop index {name}", drop, ACCESS_EXCLUSIVE, on, reverse=definition)


def _drop(name: str) -> str:
    return f"DROP INDEX CONCURRENTLY IF EXISTS {identifier(name)}"


def _printed(name: str) -> str:
    """A name as PostgreSQL prints it: quoted where it must be. Ours never must."""
    return name if name.replace("_", "a").isalnum() and name == name.lower() else identifier(name)
