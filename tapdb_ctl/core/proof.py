"""Proof inside the writing transaction: live is what the plan saw, and afterwards what it promised."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Create, Delete, before
from tapdb_ctl.core.jsonvalue import same
from tapdb_ctl.core.resource import Desired
from tapdb_ctl.errors import Finding, NotConvergedError, StalePlanError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.resource import Live, Resource

TRANSACTIONAL = frozenset({"schema", "environment", "identity", "prefix", "template"})
"""The address types whose live state a transaction re-reads and proves."""


def promised(plan: Plan, completed: Callable[[Desired], Desired]) -> Desired:
    """What the plan leaves behind, as desired state, so that a saved plan is proved without manifests.

    That is the end of every change, and what a created resource brings along.
    """
    ends = {end.address: end for planned in plan.changes if (end := _end(planned.change))}
    left = Desired(plan.environment, ends, dict.fromkeys(plan.catalogs, False))
    created = {planned.change.address for planned in plan.changes if isinstance(planned.change, Create)}
    brought = {r.address: r for r in completed(left).resources.values() if r.within in created}
    return replace(left, resources={**brought, **left.resources})


def _end(change: Change) -> Resource | None:
    """The resource after the change, if there is one; a template that is destroyed ends as nobody's, and as deleted."""
    if not isinstance(change, Delete):
        return change.after
    if "is_deleted" not in change.before.attributes:
        return None
    gone = {**change.before.attributes, "is_deleted": True}
    return replace(change.before, attributes=gone, owner=None, protected=False)


def _concerned(plan: Plan) -> dict[Address, Resource | None]:
    """What was found at every address that the plan touches; a renaming touches two."""
    found: dict[Address, Resource | None] = {planned.change.address: None for planned in plan.changes}
    found |= {was.address: was for planned in plan.changes if (was := before(planned.change))}
    return found


def verify_unmoved(plan: Plan, live: Live) -> None:
    """Raise StalePlanError, naming what moved, unless live is what the plan was computed from.

    What changes is compared value by value as well: a plan file's `before` is only what somebody says.
    """
    changes = _concerned(plan)
    then, now = _transactional(plan.live), _transactional(live.state(plan.live.keys() | changes.keys()))
    moved = {address for address in now.keys() | then.keys() if now.get(address) != then.get(address)}
    moved |= {
        address for address, was in changes.items() if address.type in TRANSACTIONAL and not _is(was, address, live)
    }
    if moved:
        raise StalePlanError(*(_stale(address, then, now) for address in sorted(moved)))


def verify_converged(plan: Plan, promised: Desired, live: Live) -> None:
    """Raise NotConvergedError unless live is what the plan promised, and everything else as it was.

    What is left to the phase after the transaction is not looked at; `verify_finished` does that.
    """
    now = live.state(plan.live.keys())
    changed = _concerned(plan).keys()
    due = {a for a in changed | promised.resources.keys() if a.type in TRANSACTIONAL} - plan.later
    wrong = [address for address in due if not _is(promised.resources.get(address), address, live)]
    wrong += [a for a, was in _transactional(plan.live).items() if a not in changed and now.get(a) != was]
    if wrong:
        raise NotConvergedError(*(_unconverged(address) for address in sorted(wrong)))


def verify_finished(plan: Plan, promised: Desired, live: Live) -> None:
    """Raise NotConvergedError unless what followed the transaction is as the plan promised, too."""
    if wrong := [address for address in plan.later if not _is(promised.resources.get(address), address, live)]:
        raise NotConvergedError(*(_unfinished(address) for address in sorted(wrong)))


def _is(expected: Resource | None, address: Address, live: Live) -> bool:
    found = live.resources.get(address)
    if found is None or expected is None:
        return found is expected
    return (
        same(found.attributes, expected.attributes)
        and found.owner == expected.owner
        and bool(found.protected) == bool(expected.protected)
    )


def _transactional(state: Mapping[Address, str]) -> dict[Address, str]:
    return {address: digest for address, digest in state.items() if address.type in TRANSACTIONAL}


def _stale(address: Address, then: Mapping[Address, str], now: Mapping[Address, str]) -> Finding:
    what = "appeared" if address not in then else "is gone" if address not in now else "changed"
    return Finding(
        "PLN030",
        "Saved plan is stale",
        f"{address} {what} since the plan was made; nothing was written",
        "run `tapdb plan` again and review the difference",
        address=str(address),
    )


def _unconverged(address: Address) -> Finding:
    return Finding(
        "PLN031",
        "the database did not take on the planned state; everything was rolled back",
        f"{address} is not as planned after its steps ran, so something in the database changes what is written",
        "look for triggers, rules, event triggers or default privileges (\\ddp in psql) that are not tapdb's",
        address=str(address),
    )


def _unfinished(address: Address) -> Finding:
    return Finding(
        "PLN032",
        "a repair after the transaction did not take hold",
        f"{address} is not as planned; everything else is in place",
        "run `tapdb plan`; it shows what is left",
        address=str(address),
    )
