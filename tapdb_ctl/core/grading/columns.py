"""The columns of a template, each graded by what depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from tapdb_ctl.core.grading.contents import content_notes
from tapdb_ctl.core.grading.kinds import Kind, Note, shown
from tapdb_ctl.core.grading.schemas import schema_notes
from tapdb_ctl.core.jsonvalue import same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tapdb_ctl.core.jsonvalue import Attributes, JsonValue
    from tapdb_ctl.core.resource import Resource

_Judge: TypeAlias = "Callable[[JsonValue, JsonValue], Iterable[Note]]"
"""What it means that a column changes from one value to another; paths are seen from the column."""


def notes(before: Resource, after: Resource) -> Iterator[Note]:
    """What an update changes, column by column; its code counts as one."""
    if before.address != after.address:
        text = f"{before.address.name} -> {after.address.name}: code that names it finds it no longer"
        yield Note(Kind.BREAKING, ("code",), text)
    if before.protected != after.protected:
        yield Note(Kind.COMPATIBLE, ("prevent_destroy",), "a matter of plans only")
    old, new = before.attributes, after.attributes
    for name in sorted(old.keys() | new.keys()):
        if not same(old.get(name), new.get(name)):
            yield from _judged(name, old, new)


def _judged(name: str, old: Attributes, new: Attributes) -> Iterable[Note]:
    if name == "instance_polymorphic_identity" and _identity(old) == _identity(new):
        return [Note(Kind.COMPATIBLE, (name,), f"{_identity(new)} as before, written in another way")]
    judge = _COLUMNS.get(name, _fixed("tapdb does not know what depends on it"))
    made = [note._replace(path=(name, *note.path)) for note in judge(old.get(name), new.get(name))]
    return made or [Note(Kind.COMPATIBLE, (name,), "means the same as before")]


def _identity(columns: Attributes) -> str:
    """The class of new instances; TAPDB derives it from the template's where none is given."""
    given = columns.get("instance_polymorphic_identity")
    return str(given or str(columns.get("polymorphic_discriminator")).replace("_template", "_instance"))


def _free(why: str) -> _Judge:
    return lambda _, __: [Note(Kind.COMPATIBLE, (), why)]


def _fixed(why: str) -> _Judge:
    return lambda old, new: [Note(Kind.BREAKING, (), f"{shown(old)} -> {shown(new)}: {why}")]


def _singleton(_: JsonValue, new: JsonValue) -> list[Note]:
    if new is True:
        return [Note(Kind.BREAKING, (), "one live instance at the most from now on")]
    return [Note(Kind.ADDITIVE, (), "any number of instances from now on")]


def _retired(_: JsonValue, new: JsonValue) -> list[Note]:
    if new is True:
        return [Note(Kind.BREAKING, (), "retired: nothing more can be made from it")]
    return [Note(Kind.ADDITIVE, (), "no longer retired")]


_COLUMNS: dict[str, _Judge] = {
    "name": _free("a text for people"),
    "bstatus": _free("the template's own; instances have theirs"),
    "instance_prefix": _fixed("EUIDs of new instances begin with it"),
    "polymorphic_discriminator": _fixed("another class stands for the template"),
    "instance_polymorphic_identity": _fixed("another class stands for new instances"),
    "is_singleton": _singleton,
    "is_deleted": _retired,
    "json_addl": content_notes,
    "json_addl_schema": schema_notes,
}
