"""Writes templates: inserted, updated or retired; every update names the values it was planned from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Adopt, Change, Create, Delete, Update
from tapdb_ctl.core.jsonvalue import same
from tapdb_ctl.core.step import Scalar, Sql, Step
from tapdb_ctl.errors import TapdbError
from tapdb_ctl.providers.postgres.templates import renaming

if TYPE_CHECKING:
    from tapdb_ctl.core.resource import Resource

_KEY = ("category", "type", "subtype", "version")
_CASTS = {
    "json_addl": "jsonb",
    "json_addl_schema": "jsonb",
    "is_singleton": "boolean",
    "is_deleted": "boolean",
}
_COLUMNS = (
    "name",
    "polymorphic_discriminator",
    "instance_prefix",
    "instance_polymorphic_identity",
    "is_singleton",
    "bstatus",
    "json_addl",
    "json_addl_schema",
    "is_deleted",
)
_LOCK = "SHARE ROW EXCLUSIVE"


def steps(change: Change) -> tuple[Step, ...]:
    """One statement, shared by all changes of the same shape; none when only ownership changes."""
    match change:
        case Create(after=after):
            return (_insert(after),)
        case Update(before=before, after=after):
            return (*renaming.steps(before, after), *_update(before, after, f"update template {after.address.name}"))
        case Delete(before=before):
            return _update(before, _retired(before), f"retire template {before.address.name}")
        case Adopt():
            return ()
    raise TapdbError.of("PG023", "templates are never replaced", str(change.address), "declare a new version")


def _insert(resource: Resource) -> Step:
    columns = (*_KEY, *_COLUMNS)
    values = (*_code(resource), *(_scalar(resource, column) for column in _COLUMNS))
    sql = f"INSERT INTO generic_template ({', '.join(columns)}) VALUES {{rows}}"
    return Step(f"insert template {resource.address.name}", Sql(sql, values, _form(columns)), rows=1, lock=_LOCK)


def _update(before: Resource, after: Resource, title: str) -> tuple[Step, ...]:
    old, new = before.attributes, after.attributes
    changed = [column for column in _COLUMNS if not same(old[column], new[column])]
    if not changed:
        return ()
    pairs = [f"{side}_{column}" for column in changed for side in ("old", "new")]
    casts = [column for column in changed for _ in ("old", "new")]
    sql = (
        f"UPDATE generic_template AS t SET {', '.join(f'{c} = v.new_{c}' for c in changed)}"
        f" FROM (VALUES {{rows}}) AS v ({', '.join((*_KEY, *pairs))})"
        f" WHERE {' AND '.join(f't.{c} = v.{c}' for c in _KEY)}"
        f" AND {' AND '.join(f'{_live(c)} IS NOT DISTINCT FROM v.old_{c}' for c in changed)}"
    )
    values = (*_code(after), *(_scalar(side, column) for column in changed for side in (before, after)))
    return (Step(title, Sql(sql, values, _form((*_KEY, *casts))), rows=1, lock=_LOCK),)


def _live(column: str) -> str:
    """The live value as it was read: JSON's null is as good as none, and SQLAlchemy writes it by default."""
    return f"nullif(t.{column}, 'null')" if _CASTS.get(column) == "jsonb" else f"t.{column}"


def _retired(resource: Resource) -> Resource:
    return replace(resource, attributes={**resource.attributes, "is_deleted": True})


def _code(resource: Resource) -> tuple[str, ...]:
    return tuple(resource.address.name.split("/"))


def _form(columns: tuple[str, ...]) -> str:
    return f"({', '.join(f'%s::{_CASTS[c]}' if c in _CASTS else '%s' for c in columns)})"


def _scalar(resource: Resource, column: str) -> Scalar:
    value = resource.attributes[column]
    if value is not None and _CASTS.get(column) == "jsonb":
        return resource.texts[column]
    assert value is None or isinstance(value, str | bool)
    return value
