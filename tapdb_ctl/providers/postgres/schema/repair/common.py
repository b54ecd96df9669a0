"""What every kind of object has in common: its two sides, its comment, what everybody may do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Change, Create, after, before
from tapdb_ctl.core.jsonvalue import same
from tapdb_ctl.core.step import Phase, Sql, Step, identifier, literal
from tapdb_ctl.errors import Finding, UnrepairableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.jsonvalue import Attributes, JsonValue

ONLINE = "online"
"""The reason of a change to a table that is too large to be kept locked while it is read or indexed."""

NEW_TABLE = "new table"
"""The reason of a column's creation together with its table."""

SHARE = "SHARE"
SHARE_ROW_EXCLUSIVE = "SHARE ROW EXCLUSIVE"
SHARE_UPDATE_EXCLUSIVE = "SHARE UPDATE EXCLUSIVE"
ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE"


def old(change: Change) -> Attributes:
    """The attributes as found; none for what is to be made."""
    resource = before(change)
    return resource.attributes if resource else {}


def new(change: Change) -> Attributes:
    """The attributes as wanted; none for what is to go."""
    resource = after(change)
    return resource.attributes if resource else {}


def text(value: JsonValue) -> str:
    """An attribute that the snapshot gives as text."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r}, which is no text")
    return value


def differs(change: Change, *names: str) -> bool:
    """Whether any of these attributes does."""
    return any(not same(old(change).get(name), new(change).get(name)) for name in names)


def statement(title: str, sql: str, lock: str | None = None, *tables: str, reverse: str | None = None) -> Step:
    """A step inside the transaction."""
    return Step(title, Sql(sql), lock=lock, tables=tables, reverse=reverse)


def online(title: str, sql: str, lock: str | None = None, *tables: str) -> Step:
    """A step after the transaction, on its own: it holds its lock no longer than it must."""
    return Step(title, Sql(sql), Phase.CONCURRENT, lock=lock, tables=tables)


def alter(title: str, on: str, act: str, lock: str = ACCESS_EXCLUSIVE, *, consent: str | None = None) -> Step:
    """ALTER TABLE inside the transaction."""
    return Step(f"{title} of {on}", Sql(_altering(on, act)), lock=lock, tables=(on,), consent=consent)


def alter_online(title: str, on: str, act: str, lock: str = ACCESS_EXCLUSIVE) -> Step:
    """ALTER TABLE after the transaction, on its own."""
    return online(f"{title} of {on}", _altering(on, act), lock, on)


def _altering(on: str, act: str) -> str:
    return f"ALTER TABLE {identifier(on)} {act}"


def unrepairable(change: Change, detail: str, hint: str) -> UnrepairableError:
    """The finding for a difference that is seen and left alone."""
    at = str(change.address)
    finding = Finding("PG040", "a difference that tapdb cannot repair", f"{at}: {detail}", hint, address=at)
    return UnrepairableError(finding)


def comment(change: Change, thing: str) -> Iterator[Step]:
    """COMMENT ON `thing`, which is `TABLE "x"` or the like, where the comment differs."""
    if differs(change, "comment"):
        wanted = new(change).get("comment")
        sql = f"COMMENT ON {thing} IS {literal(None if wanted is None else text(wanted))}"
        yield statement(f"comment on {change.address.name}", sql)


def public(change: Change, thing: str) -> Iterator[Step]:
    """What PUBLIC may do with `thing`, where that differs.

    What it may do with something new depends on default privileges that anybody may have set:
    https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html.
    """
    given = _privileges(old(change).get("public"))
    wanted = _privileges(new(change).get("public"))
    name = change.address.name
    if isinstance(change, Create) and not wanted and change.address.kind != "column":
        yield statement(f"revoke from PUBLIC on {name}", f"REVOKE ALL ON {thing} FROM PUBLIC")
    if gone := sorted(given - wanted):
        yield statement(f"revoke from PUBLIC on {name}", f"REVOKE {', '.join(gone)} ON {thing} FROM PUBLIC")
    if missing := sorted(wanted - given):
        yield statement(f"grant to PUBLIC on {name}", f"GRANT {', '.join(missing)} ON {thing} TO PUBLIC")


def _privileges(value: JsonValue) -> set[str]:
    return {text(each) for each in value} if isinstance(value, (list, tuple)) else set()
