"""Which other templates a template names: its actions, what it takes and what it gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tapdb_ctl.core.grading.kinds import Kind, Note, shown
from tapdb_ctl.core.jsonvalue import Absent, same, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.jsonvalue import JsonValue, Path


def code(written: str) -> str:
    """A template code in its one form; packs also write a final slash."""
    return written.removesuffix("/")


def action_notes(old: JsonValue | Absent, new: JsonValue | Absent, path: Path) -> Iterator[Note]:
    """Actions are called by their key, and instances carry copies of them from their creation."""
    before, after = _actions(old), _actions(new)
    for key in sorted(before.keys() | after.keys()):
        place = (*path, *key)
        if key not in before:
            yield Note(Kind.ADDITIVE, place, "a new action")
        elif key not in after:
            yield Note(Kind.BREAKING, place, "the action is gone")
        elif not same(before[key], after[key]):
            yield Note(Kind.BREAKING, place, f"{shown(before[key])} -> {shown(after[key])}: another action")


def _actions(imports: JsonValue | Absent) -> dict[tuple[str, ...], JsonValue]:
    """Each action under the keys that lead to it; the heading of a group is for people."""
    found: dict[tuple[str, ...], JsonValue] = {}
    for key, value in imports.items() if isinstance(imports, Mapping) else ():
        actions = value.get("actions") if isinstance(value, Mapping) else None
        if isinstance(actions, Mapping):
            found |= {(key, "actions", code(each)): overrides for each, overrides in actions.items()}
        else:
            found[(key,)] = code(value) if isinstance(value, str) else value
    return found


def asked_notes(old: JsonValue | Absent, new: JsonValue | Absent, path: Path) -> Iterator[Note]:
    """What must be brought along: each one more is a demand."""
    before, after = _expected(old), _expected(new)
    yield from (Note(Kind.BREAKING, path, f"asks for {each} too") for each in after - before)
    yield from (Note(Kind.ADDITIVE, path, f"asks for {each} no longer") for each in before - after)


def promised_notes(old: JsonValue | Absent, new: JsonValue | Absent, path: Path) -> Iterator[Note]:
    """What comes of it: each one less is missed."""
    before, after = _expected(old), _expected(new)
    yield from (Note(Kind.BREAKING, path, f"promises {each} no longer") for each in before - after)
    yield from (Note(Kind.ADDITIVE, path, f"promises {each} too") for each in after - before)


def _expected(value: JsonValue | Absent) -> Counter[str]:
    """The entries as texts, in any order; what is no list counts as one entry."""
    if isinstance(value, Absent) or not value:
        return Counter()
    entries = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    return Counter(code(each) if isinstance(each, str) else text(each) for each in entries)
