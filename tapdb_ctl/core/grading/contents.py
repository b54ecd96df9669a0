"""What stands in a template's json_addl: instances get copies of it, and applications read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from tapdb_ctl.core.grading.expectations import action_notes, asked_notes, promised_notes
from tapdb_ctl.core.grading.kinds import Kind, Note, shown
from tapdb_ctl.core.grading.layouts import layout_notes
from tapdb_ctl.core.grading.schemas.parts import NUMBERS, kind
from tapdb_ctl.core.jsonvalue import Absent, same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tapdb_ctl.core.jsonvalue import JsonValue, Path

_PROSE = frozenset({"$comment", "comment", "description", "title"})
_CREATED = "created"  # what TAPDB 0.1.13 gives an instance whose template names no status


def content_notes(before: JsonValue, after: JsonValue) -> Iterator[Note]:
    """What changes in json_addl, key by key; keys that tapdb does not know are the application's."""
    if not (isinstance(before, Mapping) and isinstance(after, Mapping)):
        yield Note(Kind.BREAKING, (), f"{shown(before)} -> {shown(after)}: one of them is no object")
        return
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, Absent.ABSENT), after.get(key, Absent.ABSENT)
        if isinstance(old, Absent) or isinstance(new, Absent) or not same(old, new):
            yield from _KEYS.get(key, _application)(old, new, (key,))


def _data(old: JsonValue | Absent, new: JsonValue | Absent, path: Path, added: Kind) -> Iterator[Note]:
    """Data that is copied or read: what is gone, or of another type, is missed by somebody.

    A description is for people, but among properties it is a property like any other.
    """
    if path[-1] in _PROSE and path[0] != "properties":
        yield Note(Kind.COMPATIBLE, path, "a text for people")
    elif isinstance(old, Absent):
        yield Note(added, path, "is new")
    elif isinstance(new, Absent):
        yield Note(Kind.BREAKING, path, "is gone")
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted(old.keys() | new.keys()):
            yield from _data(old.get(key, Absent.ABSENT), new.get(key, Absent.ABSENT), (*path, key), added)
    elif not same(old, new):
        yield _changed(old, new, path)


def _changed(old: JsonValue, new: JsonValue, path: Path) -> Note:
    if old is None or _type(old) == _type(new):
        return Note(Kind.COMPATIBLE, path, f"{shown(old)} -> {shown(new)}")
    return Note(Kind.BREAKING, path, f"{shown(old)} -> {shown(new)}: another type")


def _type(value: JsonValue) -> str:
    found = kind(value)
    return "number" if found in NUMBERS else found


def _properties(old: JsonValue | Absent, new: JsonValue | Absent, path: Path) -> Iterable[Note]:
    """New instances start with these; each that is new is one more to find."""
    return _data(_or_empty(old), _or_empty(new), path, Kind.ADDITIVE)


def _definition(old: JsonValue | Absent, new: JsonValue | Absent, path: Path) -> Iterator[Note]:
    """What an action does: handlers read it from the copy in each instance, so another value is another action."""
    for note in _data(_or_empty(old), _or_empty(new), path, Kind.ADDITIVE):
        prose = note.path[-1] in _PROSE
        yield note if prose or note.kind is not Kind.COMPATIBLE else note._replace(kind=Kind.BREAKING)


def _status(old: JsonValue | Absent, new: JsonValue | Absent, path: Path) -> Iterator[Note]:
    was, will_be = (_CREATED if isinstance(each, Absent) or not each else each for each in (old, new))
    if not same(was, will_be):
        text = f"{shown(was)} -> {shown(will_be)}: code that looks for new instances by status misses them"
        yield Note(Kind.BREAKING, path, text)


def _application(old: JsonValue | Absent, new: JsonValue | Absent, path: Path) -> Iterable[Note]:
    return _data(old, new, path, Kind.COMPATIBLE)


def _or_empty(value: JsonValue | Absent) -> JsonValue:
    return {} if isinstance(value, Absent) or value is None else value


_Judge: TypeAlias = "Callable[[JsonValue | Absent, JsonValue | Absent, Path], Iterable[Note]]"
_KEYS: dict[str, _Judge] = {
    "properties": _properties,
    "action_definition": _definition,
    "action_imports": action_notes,
    "expected_inputs": asked_notes,
    "expected_outputs": promised_notes,
    "default_status": _status,
    "instantiation_layouts": layout_notes,
}
