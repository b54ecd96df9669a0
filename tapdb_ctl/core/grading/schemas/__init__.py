"""Two schemas of instances, graded: do all instances that were valid stay so, and do more become valid?"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from tapdb_ctl.core.grading.kinds import Kind, Note, shown
from tapdb_ctl.core.grading.schemas.comparing import Comparison, TooMuchError
from tapdb_ctl.core.grading.schemas.demands import REFUSED, UNDECLARED
from tapdb_ctl.core.grading.schemas.parts import Part
from tapdb_ctl.core.grading.schemas.words import bare
from tapdb_ctl.core.jsonvalue import Absent, parse, same, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.grading.schemas.demands import Gap
    from tapdb_ctl.core.jsonvalue import JsonValue, Path

MAX_SIZE = 100_000
"""Characters of a schema that is compared at all."""

MAX_GAPS = 200
"""Differences looked at on each side; a grade tells fewer."""

_CERTAIN = frozenset(
    {"type", "const", "enum", "pattern", "multipleOf", "required", "uniqueItems", "minimum", "maximum"}
    | {"exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems"}
    | {"minProperties", "maxProperties"}
)
"""Keywords of which another value is hardly ever another way to say the same."""

_TOO_MUCH = Note(Kind.BREAKING, (), "cannot be compared: it is too large or too deeply nested")
_DECLARED = "is declared from now on: what stands there in live instances was free until now"


def schema_notes(before: JsonValue, after: JsonValue) -> Iterator[Note]:
    """What instances may be no longer, and what they may be from now on; no schema, null, admits everything."""
    old, new = text(before), text(after)
    if max(len(old), len(new)) > MAX_SIZE:
        yield _TOO_MUCH
    else:
        yield from _noted(old, new)


@lru_cache(maxsize=256)
def _noted(before: str, after: str) -> tuple[Note, ...]:
    """The notes on two schemas as texts: what is written alike is compared once, and read as plain dicts and lists."""
    return tuple(_notes(parse(before), parse(after)))


def _notes(before: JsonValue, after: JsonValue) -> Iterator[Note]:
    try:
        old, new, comparison = _whole(before), _whole(after), Comparison()
        less = list(islice(comparison.gaps(old, new), MAX_GAPS))
        more = list(islice(comparison.gaps(new, old), MAX_GAPS))
    except (TooMuchError, RecursionError):
        yield _TOO_MUCH
        return
    if before is None or after is None:
        yield from _at_all(before, less, more)
    else:
        yield from _merged(less, more)


def _whole(schema: JsonValue) -> Part:
    value = True if schema is None else bare(schema)
    return Part(value, value)


def _at_all(before: JsonValue, less: list[Gap], more: list[Gap]) -> Iterator[Note]:
    """A schema where there was none, or none where there was one."""
    if before is None and less:
        yield Note(Kind.BREAKING, (), "is new: until now, instances could be anything")
    elif more:
        yield Note(Kind.ADDITIVE, (), "is gone: from now on, instances may be anything")


def _merged(less: list[Gap], more: list[Gap]) -> Iterator[Note]:
    """One note a place: what allows less on one side and more on the other allows other values."""
    found: dict[tuple[Path, str, str], tuple[Gap | None, Gap | None]] = {}
    for gap in less:
        found[_place(gap)] = gap, None
    for gap in more:
        found[_place(gap)] = found.get(_place(gap), (None, None))[0], gap
    for narrower, wider in found.values():
        if narrower:
            allows = "allows" if narrower.keyword in _CERTAIN else "may allow"
            how = f"{allows} {'other values' if wider else 'less'}"
            yield Note(Kind.BREAKING, narrower.path, _said(narrower.keyword, narrower.having, narrower.wanted, how))
        elif wider:
            yield Note(Kind.ADDITIVE, wider.path, _said(wider.keyword, wider.wanted, wider.having, "allows more"))


def _place(gap: Gap) -> tuple[Path, str, str]:
    """A required name is a place of its own."""
    return gap.path, gap.keyword, str(gap.wanted) if gap.keyword == "required" else ""


def _said(keyword: str, old: JsonValue | Absent, new: JsonValue | Absent, how: str) -> str:
    if keyword == REFUSED:
        return "is refused from now on" if how != "allows more" else "is admitted from now on"
    if keyword == UNDECLARED:
        return "is no longer declared, allows more" if how == "allows more" else _DECLARED
    if isinstance(old, Absent):
        assert not isinstance(new, Absent), "one of both is there"
        return f"{keyword} {shown(new)} is new, {how}"
    if isinstance(new, Absent):
        return f"{keyword} {shown(old)} is gone, {how}"
    if same(old, new):
        return f"{keyword} {shown(old)} cannot be seen to mean the same as before"
    return f"{keyword} {shown(old)} -> {shown(new)}, {how}"
