"""Instantiation layouts: the children that come into being with an instance, and what they are called."""

from __future__ import annotations

from collections import defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.core.grading.expectations import code
from tapdb_ctl.core.grading.kinds import Kind, Note, shown
from tapdb_ctl.core.jsonvalue import Absent, same

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from tapdb_ctl.core.jsonvalue import JsonValue, Path

_CONTAINS = "contains"
_PATTERN = "{parent_name}_{child_subtype}_{index}"
_KNOWN = {"relationship_type", "child_templates", "template_code", "count", "name_pattern", "json_addl"}
_PLACES = ("{layout_index", "{child_index")


class Child(NamedTuple):
    """One entry of a layout. Where it stands matters only where its pattern counts places."""

    place: tuple[int, int]
    number: int
    pattern: str
    json_addl: Any
    others: dict[str, Any]

    @property
    def path(self) -> Path:
        """Where it stands in the layouts."""
        return self.place[0], "child_templates", self.place[1]

    @property
    def naming(self) -> tuple[str, tuple[int, int] | None]:
        """All that decides what its instances are called."""
        return self.pattern, self.place if any(each in self.pattern for each in _PLACES) else None


def layout_notes(old: JsonValue | Absent, new: JsonValue | Absent, path: Path) -> Iterator[Note]:
    """Which children are more, fewer, or called otherwise; entries of one relation and template are paired in order."""
    try:
        before, after = _children(old), _children(new)
    except (AttributeError, KeyError, TypeError, ValueError):  # live layouts may be anything
        yield Note(Kind.BREAKING, path, "cannot be compared: one of them is malformed")
        return
    for relation, child_code in dict.fromkeys((*before, *after)):
        key = (relation, child_code)
        what = child_code if relation == _CONTAINS else f"{child_code} ({relation})"
        for was, will_be in zip_longest(before[key], after[key]):
            yield from _compared(was, will_be, what, path)


def _compared(was: Child | None, will_be: Child | None, what: str, path: Path) -> Iterator[Note]:
    if will_be is None:
        assert was, "one of a pair is there"
        yield Note(Kind.BREAKING, (*path, *was.path), f"creates {was.number} of {what} no longer")
    elif was is None:
        yield Note(Kind.ADDITIVE, (*path, *will_be.path), f"creates {will_be.number} of {what} too")
    else:
        place = (*path, *will_be.path)
        if was.number != will_be.number:
            kind = Kind.BREAKING if will_be.number < was.number else Kind.ADDITIVE
            yield Note(kind, place, f"creates {was.number} -> {will_be.number} of {what}")
        if was.naming != will_be.naming:
            moved = (
                f"{shown(was.pattern)} -> {shown(will_be.pattern)}" if was.pattern != will_be.pattern else "it moved"
            )
            yield Note(Kind.BREAKING, place, f"{moved}: {what} is called otherwise")
        if not same(was.json_addl, will_be.json_addl):
            yield Note(Kind.BREAKING, place, f"{what} begins with another json_addl")
        if not same(was.others, will_be.others):
            lost = [key for key in was.others if not same(was.others[key], will_be.others.get(key, Absent.ABSENT))]
            kind = Kind.BREAKING if lost else Kind.COMPATIBLE
            yield Note(kind, place, f"{what} has other keys of the application's")


def _children(layouts: Any) -> defaultdict[tuple[str, str], list[Child]]:  # noqa: ANN401 - a live value of any shape
    """The entries by relation and template; raises one of several errors for what is malformed."""
    found: defaultdict[tuple[str, str], list[Child]] = defaultdict(list)
    for outer, layout in enumerate([] if layouts is Absent.ABSENT else layouts or []):
        for inner, entry in enumerate(layout["child_templates"]):
            child = {"template_code": entry} if isinstance(entry, str) else entry
            key = (layout.get("relationship_type") or _CONTAINS, code(child["template_code"]))
            pattern = str(child.get("name_pattern") or layout.get("name_pattern") or _PATTERN)
            others = {name: value for each in (layout, child) for name, value in each.items() if name not in _KNOWN}
            json_addl = child.get("json_addl") or {}
            found[key].append(Child((outer, inner), int(child.get("count", 1)), pattern, json_addl, others))
    return found
