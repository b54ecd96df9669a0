"""Whom a change of a template touches, in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.impact import Count
from tapdb_ctl.views.text import counted, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.impact import Impact

NAMED = 3
"""Templates and instances that are named; `plan --json` has more."""

_NONE, _UNKNOWN = Count(0), Count(0, at_least=True)


def reach(impact: Impact | None) -> Iterator[str]:
    """The lines, each without a mark of its own; nothing where the question does not arise."""
    if impact is None:
        return
    yield f"{_touched(impact)}{_creators(impact.layouts)}"
    if impact.unsatisfied and impact.instances not in {_NONE, _UNKNOWN}:
        yield _unsatisfied(impact, impact.unsatisfied)
    yield from (_staying(printable(prefix), count) for prefix, count in impact.behind)


def _touched(impact: Impact) -> str:
    if impact.instances == _UNKNOWN:
        return "its live instances and their edges could not be counted"
    if impact.instances == _NONE:
        return "touches no live instance"
    edges = "lineage edges that were not counted" if impact.edges == _UNKNOWN else _bound(impact.edges, "lineage edge")
    return f"touches {_bound(impact.instances, 'live instance')}, {edges}"


def _creators(codes: tuple[str, ...]) -> str:
    if not codes:
        return ""
    named = [printable(code) for code in codes[:NAMED]] + ["…"] * (len(codes) > NAMED)
    verb = "creates" if len(codes) == 1 else "create"
    return f"; {counted(len(codes), 'template')} {verb} it: {', '.join(named)}"


def _unsatisfied(impact: Impact, count: Count) -> str:
    if count == _NONE:
        return "all of them satisfy the new json_addl_schema"
    if count == _UNKNOWN:
        return "not all of them could be tried on the new json_addl_schema; none of those that were breaks it"
    verb = "does" if count == Count(1) else "do"
    named = [_place(e.euid, e.path, e.rule) for e in impact.examples[:NAMED]]
    more = ["…"] * (count.at_least or count.number > len(named))
    return f"{_number(count)} of them {verb} not satisfy the new json_addl_schema: {', '.join([*named, *more])}"


def _place(euid: str, path: str, rule: str) -> str:
    return printable(f"{euid} ({path}: {rule})" if path else f"{euid} ({rule})")


def _staying(prefix: str, count: Count) -> str:
    if count == _UNKNOWN:
        return f"whatever instances there are keep the prefix {prefix}"
    return f"{_bound(count, 'instance')} {'keeps' if count == Count(1) else 'keep'} the prefix {prefix}"


def _bound(count: Count, noun: str) -> str:
    return f"{'≥ ' if count.at_least else ''}{counted(count.number, noun)}"


def _number(count: Count) -> str:
    return f"{'≥ ' if count.at_least else ''}{count.number:,}"
