"""The NDJSON events of `apply --json`: one JSON object a line, in Terraform's machine-readable shape.

https://developer.hashicorp.com/terraform/internals/machine-readable-ui gives the names. An apply is one
act here, most of it one transaction, so start, progress and completion speak of the whole and not of
single resources: nothing is complete before the commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tapdb_ctl.core import document
from tapdb_ctl.core.change import previous_address, reason
from tapdb_ctl.errors import Severity
from tapdb_ctl.views import human, report
from tapdb_ctl.views.documents import line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.plan import Plan, PlannedChange, Summary
    from tapdb_ctl.core.report import Receipt, Report
    from tapdb_ctl.errors import Finding

UI_VERSION = "1.0"
"""Minor: events or fields were added. Major: meanings changed."""


def _utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Events:
    """Renders events, stamping each with the time that `clock` gives."""

    clock: Callable[[], datetime] = _utc

    def version(self, tapdb: str) -> str:
        """The first event: who speaks."""
        return self._event("version", f"tapdb {tapdb}", tapdb=tapdb, ui=UI_VERSION)

    def planned(self, plan: Plan, told: Collection[Finding] = ()) -> Iterator[str]:
        """What will be done: an event a change, its findings less those `told` elsewhere, then the numbers."""
        for change in plan.changes:
            yield self._planned_change(change)
        yield from map(self.diagnostic, human.shown(plan, told))
        yield self._summary("plan", f"Plan: {human.numbers(plan.summary)}.", plan.summary)

    def started(self, environment: str, total: int) -> str:
        """The apply begins; `total` steps lie ahead."""
        return self._event("apply_start", f"{environment}: applying", environment=environment, total=total)

    def progress(self, done: int, total: int) -> str:
        """So many steps are done, none of them committed yet."""
        return self._event("apply_progress", f"{done} of {total} steps", done=done, total=total)

    def completed(self, done: Report) -> Iterator[str]:
        """The end of an apply that succeeded."""
        phases = list(map(_receipt, done.receipts))
        yield self._event("apply_complete", report.complete(done), ledger=done.ledger, phases=phases)
        yield self._summary("apply", report.complete(done), done.summary)

    def errored(self, found: Sequence[Finding], receipts: Sequence[Receipt]) -> Iterator[str]:
        """The end of an apply that failed: why, and how far each phase came."""
        yield from map(self.diagnostic, found)
        phases = list(map(_receipt, receipts))
        yield self._event("apply_errored", "Apply failed", level=Severity.ERROR, phases=phases)

    def diagnostic(self, finding: Finding) -> str:
        """A finding."""
        level = "warn" if finding.severity is Severity.WARNING else finding.severity
        return self._event("diagnostic", finding.summary, level=level, diagnostic=document.finding_out(finding))

    def _planned_change(self, planned: PlannedChange) -> str:
        change = planned.change
        what: dict[str, object] = {"resource": _resource(change.address), "action": _action(planned)}
        if was := previous_address(change):
            what["previous_resource"] = _resource(was)
        if why := reason(change):
            what["reason"] = why
        return self._event("planned_change", f"{change.address}: plan to {what['action']}", change=what)

    def _summary(self, operation: str, message: str, summary: Summary) -> str:
        changes = {
            "add": summary.adds,
            "change": summary.changes,
            "import": summary.imports,
            "remove": summary.destroys,
            "operation": operation,
        }
        return self._event("change_summary", message, changes=changes)

    def _event(self, kind: str, message: str, *, level: str = "info", **fields: Any) -> str:  # noqa: ANN401 - JSON
        timestamp = self.clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event = {"@level": str(level), "@message": message, "@module": "tapdb", "@timestamp": timestamp, "type": kind}
        return line({**event, **fields})


def _resource(address: Address) -> dict[str, str]:
    return {"addr": str(address), "type": address.type, "name": address.name}


def _action(planned: PlannedChange) -> str:
    """Terraform's word: a replacement is one action here, not two."""
    actions = planned.change.actions
    return actions[0] if len(actions) == 1 else "replace"


def _receipt(receipt: Receipt) -> dict[str, object]:
    seconds = Decimal(f"{receipt.seconds:.3f}")
    return {"phase": str(receipt.phase), "outcome": str(receipt.outcome), "seconds": seconds}
