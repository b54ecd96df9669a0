"""Writes what an apply did beside what it did it to: one row per apply, one per change, and ownership."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapdb_ctl.core.change import Change, after, before, previous_address, previous_owner, reason
from tapdb_ctl.core.document import digest, summary_out
from tapdb_ctl.core.jsonvalue import compact, joined
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.report import Entry
    from tapdb_ctl.core.resource import Resource
    from tapdb_ctl.providers.postgres.session import Session


def record(session: Session, plan: Plan, entry: Entry, seconds: float) -> int:
    """Append the entry with its changes, let ownership follow, move the catalogue revision; returns its id."""
    header = {
        "environment": plan.environment,
        "actor": entry.actor,
        "tool_version": entry.tool_version,
        "plan_digest": digest(plan),
        "manifest_digest": plan.manifest_digest,
        "duration_ms": round(seconds * 1000),
        "changes": len(plan.changes),
        "summary": compact(summary_out(plan.summary)),
        "context": compact(dict(entry.context)),
    }
    ledger: int = session.rows(query("ledger_insert"), header)[0][0]
    session.copy_in(query("ledger_copy"), _changes(plan, ledger))
    session.run(query("ledger_own"), {"ledger": ledger, "later": [str(address) for address in plan.later]})
    return ledger


def _changes(plan: Plan, ledger: int) -> Iterator[tuple[Any, ...]]:
    for ordinal, planned in enumerate(plan.changes, start=1):
        change = planned.change
        action, was = "-".join(change.actions), previous_address(change)
        what = (str(change.address), action, reason(change), _owner(change), was and str(was), previous_owner(change))
        yield ledger, ordinal, *what, _json(before(change)), _json(after(change))


def _owner(change: Change) -> str | None:
    return next((r.owner for r in (after(change), before(change)) if r and r.owner), None)


def _json(resource: Resource | None) -> str | None:
    """The resource's document, from the texts that its statements were made of."""
    if resource is None:
        return None
    extra = resource.document.keys() - resource.attributes.keys()
    return joined({**resource.texts, **{name: compact(resource.document[name]) for name in extra}})
