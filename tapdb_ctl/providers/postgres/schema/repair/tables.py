"""Tables: made empty, for their columns to follow one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Change, Create
from tapdb_ctl.core.guard import REWRITE
from tapdb_ctl.core.step import identifier
from tapdb_ctl.providers.postgres.schema.names import parts
from tapdb_ctl.providers.postgres.schema.repair.common import (
    alter,
    comment,
    differs,
    old,
    public,
    statement,
    unrepairable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.step import Step


def steps(change: Change) -> Iterator[Step]:
    """CREATE TABLE, its comment and PUBLIC's privileges; an unlogged table becomes a permanent one."""
    (name,) = parts(change.address)
    if isinstance(change, Create):
        create, drop = f"CREATE TABLE {identifier(name)} ()", f"DROP TABLE {identifier(name)}"
        yield statement(f"create table {name}", create, reverse=drop)
    elif differs(change, "kind"):
        what = old(change)["kind"]
        raise unrepairable(change, f"it is a {what}", "rename it or drop it by hand; the next apply makes the table")
    elif differs(change, "persistence"):
        yield alter("write-ahead log the rows", name, "SET LOGGED", consent=REWRITE)
    yield from comment(change, f"TABLE {identifier(name)}")
    yield from public(change, f"TABLE {identifier(name)}")
