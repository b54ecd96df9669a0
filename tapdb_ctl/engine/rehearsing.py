"""A plan carried out and rolled back: the proof that `plan --verify` gives before anybody approves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.engine.applying import carried_out
from tapdb_ctl.errors import Finding, RefusedError, Severity

if TYPE_CHECKING:
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.report import Entry
    from tapdb_ctl.engine.applying import World


def rehearsed(plan: Plan, world: World, entry: Entry) -> Plan:
    """The plan with the finding that its transaction runs and ends as promised; all of it is rolled back.

    It needs the rights of an apply, takes the locks that the apply would take, and may use up numbers of sequences,
    which PostgreSQL does not give back. What follows the transaction is not rehearsed.

    Raises RefusedError when server or database have yet to be made, else what the apply would raise.
    """
    if not plan.changes or plan.errors:
        return plan
    if any(any(plan.steps(phase)) for phase in world.direct):
        raise RefusedError.of(
            "PLN034",
            "this plan cannot be rehearsed",
            "it makes the server or the database first, which no rolling back would undo",
            "plan without --verify; an apply proves its transaction before it commits as well",
        )
    with carried_out(plan, world.database, entry, lambda _: None, lambda _: None):
        pass
    proof = Finding(
        "PLN033",
        "the plan was rehearsed",
        "its transaction was carried out, ended as promised, and was rolled back",
        severity=Severity.INFO,
    )
    return replace(plan, findings=(*plan.findings, proof))
