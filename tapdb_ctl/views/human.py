"""A plan, and what became of it, for a person to read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tapdb_ctl.core.guard import demands
from tapdb_ctl.views.changes import VERBS, block
from tapdb_ctl.views.findings import findings
from tapdb_ctl.views.text import Paint, Style, counted, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from tapdb_ctl.core.plan import Plan, PlannedChange, Summary
    from tapdb_ctl.errors import Finding

LIMIT = 50
"""Blocks of each kind of change that are shown in full; the others are counted."""

UNCHANGED = "No changes. Your infrastructure matches the configuration."
UNCHANGED_WITHIN = "No changes within the given targets; whether the rest matches was not compared."
UNFIT = "This plan cannot be applied until its errors are resolved."

NARROWED = "PLN021"
"""The finding of a plan that `--target` or `--exclude` narrowed."""


def lines(plan: Plan, paint: Paint, limit: int | None = LIMIT, told: Collection[Finding] = ()) -> Iterator[str]:
    """The plan's lines: blocks, findings, what apply will ask for, and the line with the numbers.

    Findings in `told` are told elsewhere and left out.
    """
    if plan.changes:
        yield f"tapdb will make these changes to environment {printable(plan.environment)}:"
        yield ""
        yield from _blocks(plan, paint, limit)
    yield from summary(plan, paint, told)


def summary(plan: Plan, paint: Paint, told: Collection[Finding] = ()) -> Iterator[str]:
    """The end of a plan: what is to be known before it is applied."""
    yield from findings(shown(plan, told), paint)
    yield from _consent(plan.changes, paint)
    yield from _verdict(plan, paint)


def shown(plan: Plan, told: Collection[Finding] = ()) -> tuple[Finding, ...]:
    """The plan's findings and guards."""
    known = {(finding.code, finding.detail) for finding in told}  # a guard that refuses is told as an error
    return tuple(f for f in (*plan.findings, *plan.guards) if (f.code, f.detail) not in known)


def narrowed(plan: Plan) -> bool:
    """Whether the plan is about a part of its environment only."""
    return any(finding.code == NARROWED for finding in plan.findings)


def numbers(summary: Summary) -> str:
    """Terraform's figures: `1 to import, 0 to add, 2 to change, 0 to destroy`; imports only where there are any."""
    imports = f"{summary.imports} to import, " if summary.imports else ""
    return f"{imports}{summary.adds} to add, {summary.changes} to change, {summary.destroys} to destroy"


def _blocks(plan: Plan, paint: Paint, limit: int | None) -> Iterator[str]:
    shown: Counter[str] = Counter()
    hidden: Counter[tuple[str, str]] = Counter()
    for planned in plan.changes:
        verb = VERBS[type(planned.change)]
        shown[verb.symbol] += 1
        if limit is None or shown[verb.symbol] <= limit:
            yield from block(planned, paint)
            yield ""
        else:
            hidden[planned.change.address.kind, verb.future] += 1
    if hidden:
        yield from _rest(hidden, plan.environment)


def _rest(hidden: Counter[tuple[str, str]], environment: str) -> Iterator[str]:
    for (kind, future), number in sorted(hidden.items()):
        yield f"  # and {counted(number, f'more {kind}')} {future}"
    save = f"tapdb plan -e {printable(environment)} --out FILE"
    yield f"  # see them all: {save}, then tapdb show FILE; or --json; or narrow with --target"
    yield ""


def _verdict(plan: Plan, paint: Paint) -> Iterator[str]:
    """The last line; a plan with errors is no match even where it changes nothing."""
    if plan.errors:
        yield paint(UNFIT, Style.ERROR)
    if plan.changes:
        yield paint(f"Plan: {numbers(plan.summary)}.", Style.HEADING)
    elif not plan.errors:
        yield paint(UNCHANGED_WITHIN if narrowed(plan) else UNCHANGED, Style.HEADING)


def _consent(changes: Iterable[PlannedChange], paint: Paint) -> Iterator[str]:
    for kind, what in demands(changes):
        yield paint(f"{what}: apply asks for --allow-destroy {kind}.", Style.WARNING)
        yield ""
