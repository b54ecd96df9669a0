"""What an apply did, phase by phase, and what to type when it did not end well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.report import Outcome, Receipt, Report
from tapdb_ctl.core.step import Phase
from tapdb_ctl.views.text import Paint, Style, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tapdb_ctl.core.plan import Plan, Summary

_NAMES = {
    Phase.STACK: "AWS stack",
    Phase.SERVER: "embedded server",
    Phase.DATABASE: "database",
    Phase.TRANSACTION: "PostgreSQL transaction",
    Phase.CONCURRENT: "statements outside a transaction",
    Phase.COGNITO: "Cognito",
}
_MEANING = {
    Outcome.APPLIED: "in place",
    Outcome.NOT_APPLIED: "failed",
    Outcome.IN_DOUBT: "the connection was lost while committing; it may be in place or not",
}
_ROLLED_BACK = "failed; all of it was rolled back, nothing of it is in place"
_STYLES = {Outcome.APPLIED: Style.ADD, Outcome.NOT_APPLIED: Style.ERROR, Outcome.IN_DOUBT: Style.WARNING}


def complete(report: Report) -> str:
    """Terraform's last line of a successful apply."""
    return f"Apply complete! Resources: {done(report.summary)}."


def done(summary: Summary) -> str:
    """What was done, in figures; imports only where there are any."""
    imports = f"{summary.imports} imported, " if summary.imports else ""
    return f"{imports}{summary.adds} added, {summary.changes} changed, {summary.destroys} destroyed"


def incomplete(environment: str) -> str:
    """What to add when only a part of the environment was applied."""
    return (
        "Only what --target or --exclude left was applied; "
        f"tapdb plan -e {printable(environment)} says what else is pending."
    )


def receipts(done: Sequence[Receipt], paint: Paint) -> Iterator[str]:
    """A line a phase: its name, how it ended, how long it took."""
    for receipt in done:
        outcome = paint(f"{receipt.outcome:<11}", _STYLES[receipt.outcome])
        yield f"  {outcome}  {_NAMES[receipt.phase]}: {_meaning(receipt)} ({receipt.seconds:.1f} s)"


def failure(plan: Plan, done: Sequence[Receipt], command: str, paint: Paint) -> Iterator[str]:
    """After a failure: every phase of the plan, and `command`, which goes on from there."""
    yield "What is in place now:"
    yield from receipts(done, paint)
    reached = {receipt.phase for receipt in done}
    for phase in Phase:
        if phase not in reached and any(plan.steps(phase)):
            yield f"  {Outcome.NOT_APPLIED:<11}  {_NAMES[phase]}: not reached"
    yield f"Then go on with: {command}"


def _meaning(receipt: Receipt) -> str:
    if receipt.phase is Phase.TRANSACTION and receipt.outcome is Outcome.NOT_APPLIED:
        return _ROLLED_BACK
    return _MEANING[receipt.outcome]
