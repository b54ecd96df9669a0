"""What of a plan an environment's policy does not allow."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from itertools import islice
from typing import TYPE_CHECKING

from tapdb_ctl.core.address import select
from tapdb_ctl.core.attribution import Cause
from tapdb_ctl.core.change import Adopt, Delete, Replace, Update, is_import, previous_address
from tapdb_ctl.core.grading import Kind, grade
from tapdb_ctl.core.guard import REWRITE
from tapdb_ctl.core.policy import GRADES
from tapdb_ctl.errors import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.grading import Grade
    from tapdb_ctl.core.plan import PlannedChange
    from tapdb_ctl.core.policy import Policy

FROZEN = "POL005"
"""The one violation that passes by itself, so that it is looked for anew when a saved plan is applied."""

MAX_TOLD = 20
"""Changes told one by one of each kind of violation."""


def violations(planned: Sequence[PlannedChange], policy: Policy, now: datetime) -> tuple[Finding, ...]:
    """Everything that the policy does not allow; nothing for a plan without changes.

    An error can only be allowed by another manifest. Of the warnings, one has a flag and one passes with time.
    """
    if not planned:
        return ()
    return (
        *_too_much(planned, policy),
        *_told(_unbumped(planned, policy)),
        *(finding for entry in policy.forbid for finding in _told(_forbidden(planned, entry))),
        *_frozen(policy, now),
    )


def _too_much(planned: Sequence[PlannedChange], policy: Policy) -> Iterator[Finding]:
    """What is adopted unchanged is not counted: nothing happens to it."""
    gone = sum(isinstance(each.change, Delete | Replace) for each in planned)
    changed = sum(not isinstance(each.change, Adopt) for each in planned)
    if policy.max_destroy is not None and gone > policy.max_destroy:
        yield Finding(
            "POL001",
            "this plan destroys more than the policy allows",
            f"{gone:,} would be destroyed, and policy.max_destroy is {policy.max_destroy:,}",
            "read the plan again; if all of it is really meant to go, add --allow-destroy policy",
            Severity.WARNING,
        )
    if policy.max_change is not None and changed > policy.max_change:
        yield Finding(
            "POL002",
            "this plan changes more than the policy allows",
            f"{changed:,} changes, and policy.max_change is {policy.max_change:,}",
            "apply it in parts with --target, or raise policy.max_change",
        )


def _unbumped(planned: Iterable[PlannedChange], policy: Policy) -> Iterator[Finding]:
    if policy.require_version_bump == "never":
        return
    for each in planned:
        found = None if _is_drift(each) else _under_its_version(each)
        if found and found.kind is Kind.BREAKING and (policy.require_version_bump == "always" or _used(each)):
            yield Finding(
                "POL003",
                "a template changes in breaking ways under its version",
                f"{each.change.address}, {_instances(each)}: {found.reasons[0]}",
                "leave it as it is and declare the change as a template of another version; "
                "policy.require_version_bump asks for that",
                address=str(each.change.address),
            )


def _is_drift(planned: PlannedChange) -> bool:
    """Whether it only brings back what was applied: a hand edit asks for no new version."""
    return planned.attribution is not None and planned.attribution.cause is Cause.DRIFT


def _under_its_version(planned: PlannedChange) -> Grade | None:
    """The grade of an update; of one that renames, of all else that it does."""
    change = planned.change
    if not isinstance(change, Update):
        return None
    if change.before.address == change.after.address:
        return planned.grade
    return grade(replace(change, before=replace(change.before, address=change.after.address)))


def _used(planned: PlannedChange) -> bool:
    """Whether it has live instances, or may have some: counting can be given up."""
    found = planned.impact.instances if planned.impact else None
    return found is None or found.number > 0 or found.at_least


def _instances(planned: PlannedChange) -> str:
    if planned.impact is None:
        return "instances not counted"
    number = planned.impact.instances.number
    least = "at least " if planned.impact.instances.at_least else ""
    return f"{least}{number:,} live instance{'' if number == 1 else 's'}"


def _forbidden(planned: Iterable[PlannedChange], entry: str) -> Iterator[Finding]:
    word, _, pattern = entry.partition(" ")
    matching = [each for each in planned if _is(each, word) and select(pattern or "*", tuple(_addresses(each.change)))]
    for each in sorted(matching, key=lambda each: each.change.address):
        address, found = each.change.address, each.grade
        why = f": {found.reasons[0]}" if word in GRADES and found and found.reasons else ""
        yield Finding(
            "POL004",
            "a change is of a kind that the policy forbids",
            f"{address} is forbidden by {entry!r} in policy.forbid{why}",
            "take the change back, or the entry out of the policy",
            address=str(address),
        )


def _addresses(change: Change) -> Iterator[Address]:
    """What it is called, and was called."""
    yield change.address
    if was := previous_address(change):
        yield was


def _is(planned: PlannedChange, word: str) -> bool:
    """Whether a word of `forbid` is about this change; a replacement destroys and creates."""
    change = planned.change
    match word:
        case "replace":
            return isinstance(change, Replace)
        case "import":
            return is_import(change)
        case "rewrite":
            return any(step.consent == REWRITE for step in planned.steps)
        case "data_loss":
            return any(step.data_loss for step in planned.steps)
    return word in change.actions or (planned.grade is not None and planned.grade.kind == word)


def _frozen(policy: Policy, now: datetime) -> Iterator[Finding]:
    if policy.freeze is not None and now < policy.freeze:
        until = f"{policy.freeze.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        yield Finding(
            "POL005",
            "this environment is frozen",
            f"policy.freeze lets nothing be applied until {until}",
            "apply then, or change policy.freeze",
            Severity.WARNING,
        )


def _told(findings: Iterator[Finding]) -> Iterator[Finding]:
    """The first of them one by one, the others as a number."""
    yield from islice(findings, MAX_TOLD)
    if last := next(findings, None):
        more = 1 + sum(1 for _ in findings)
        yield replace(last, detail=f"the same of {more:,} more", address=None)
