"""Who made the differences, three-way, for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.attribution import Cause
from tapdb_ctl.core.change import Create, previous_address
from tapdb_ctl.core.drift import DRIFTED, counts, differences
from tapdb_ctl.core.jsonvalue import Absent
from tapdb_ctl.views.causes import CAUSES, by
from tapdb_ctl.views.findings import findings
from tapdb_ctl.views.human import narrowed
from tapdb_ctl.views.text import Paint, Style, counted, printable
from tapdb_ctl.views.values import pair_text, path_text, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.drift import Difference, Part
    from tapdb_ctl.core.jsonvalue import JsonValue
    from tapdb_ctl.core.plan import Plan

BLOCKS, PARTS = 200, 40
"""How many differences are shown, and parts of one; `--json` has them all."""

NONE = "No differences. Live state matches the configuration."
NONE_WITHIN = "No differences within the given targets; whether the rest matches was not compared."

_STYLES = {Cause.DRIFT: Style.DESTROY, Cause.BOTH: Style.DESTROY, Cause.UNKNOWN: Style.WARNING}
_GONE = {
    Cause.MANIFESTS: "declared, and not there yet",
    Cause.DRIFT: "it was applied and is gone",
    Cause.BOTH: "it was applied and is gone, and is declared otherwise by now",
    Cause.UNKNOWN: "declared, and not there",
}
_THERE = {
    Cause.MANIFESTS: "declared no longer",
    Cause.DRIFT: "it is there and was never applied",
    Cause.BOTH: "it was changed since it was applied, and is declared no longer",
    Cause.UNKNOWN: "it is there, and is not declared",
}


def lines(plan: Plan, paint: Paint) -> Iterator[str]:
    """Each difference with its cause and three sides, the findings, and a line with the numbers."""
    found = differences(plan.changes)
    for difference in found[:BLOCKS]:
        yield from _block(difference, paint)
        yield ""
    if len(found) > BLOCKS:
        yield f"  # and {counted(len(found) - BLOCKS, 'more difference')}; --json has them all, --target narrows"
        yield ""
    yield from summary(plan, paint)


def summary(plan: Plan, paint: Paint) -> Iterator[str]:
    """The findings, and the line with the numbers."""
    yield from findings(plan.findings, paint)
    found = differences(plan.changes)
    numbers = ", ".join(f"{number:,} {CAUSES[cause]}" for cause, number in counts(found).items() if number)
    if found:
        yield paint(f"{counted(len(found), 'difference')}: {numbers}.", Style.HEADING)
    elif not plan.errors:
        yield paint(NONE_WITHIN if narrowed(plan) else NONE, Style.HEADING)


def _block(difference: Difference, paint: Paint) -> Iterator[str]:
    cause = difference.cause
    who = by(difference.touches) if cause in DRIFTED else ""
    what = paint(f"{CAUSES[cause]}{who}", _STYLES.get(cause, Style.CHANGE))
    yield f"  {paint(f'# {printable(str(difference.change.address))}:', Style.HEADING)} {what}"
    if was := previous_address(difference.change):
        yield f"      it was {printable(str(was))}"
    for part in difference.parts[:PARTS]:
        yield from _part(part, difference, paint)
    if len(difference.parts) > PARTS:
        yield f"      # ({counted(len(difference.parts) - PARTS, 'more part')}; --json has them all)"


def _part(part: Part, difference: Difference, paint: Paint) -> Iterator[str]:
    if not part.path:
        yield f"      {(_GONE if isinstance(difference.change, Create) else _THERE)[difference.cause]}"
        return
    yield f"      {path_text(part.path)}: {paint(CAUSES[part.cause], _STYLES.get(part.cause, Style.CHANGE))}"
    applied, live, desired = _sides(part)
    yield f"          applied  {applied}"
    yield f"          live     {live}"
    yield f"          desired  {desired}"


def _sides(part: Part) -> tuple[str, str, str]:
    """The three values, those of live and desired cut to where they differ."""
    live, desired = _pair(part.live, part.desired)
    if isinstance(part.applied, Absent):
        return "(unknown)" if part.cause is Cause.UNKNOWN else "(none)", live, desired
    same = {Cause.MANIFESTS: live, Cause.DRIFT: desired}
    return same.get(part.cause) or value_text(part.applied), live, desired


def _pair(live: JsonValue | Absent, desired: JsonValue | Absent) -> tuple[str, str]:
    if isinstance(live, Absent) or isinstance(desired, Absent):
        left, right = ("(none)" if isinstance(side, Absent) else value_text(side) for side in (live, desired))
        return left, right
    return pair_text(live, desired)
