"""Proof inside the writing transaction: live is what the plan saw, and afterwards what it promised."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Delete, before
from tapdb_ctl.core.jsonvalue import same
from tapdb_ctl.core.resource import Desired
from tapdb_ctl.errors import Finding, NotConvergedError, StalePlanError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.resource import Live, Resource

TRANSACTIONAL = frozenset({"schema", "identity", "prefix", "template"})
"""The address types whose live state a transaction re-reads and proves."""


def promised(plan: Plan) -> Desired:
    """What the plan leaves behind, as desired state, so that a saved plan is proved without manifests."""
    resources = {planned.change.address: _end(planned.change) for planned in plan.changes}
    return Desired(plan.environment, resources, dict.fromkeys(plan.catalogs, False))


def _end(change: Change) -> Resource:
    """The resource after the change; what is destroyed ends as nobody's, and as deleted."""
    if isinstance(change, Delete):
        gone = {**change.before.attributes, "is_deleted": True}
        return replace(change.before, attributes=gone, owner=None, protected=False)
    return change.after


def verify_unmoved(plan: Plan, live: Live) -> None:
    """Raise StalePlanError, naming what moved, unless live is what the plan was computed from.

    What changes is compared value by value as well: a plan file's `before` is only what somebody says.
    """
    changes = {planned.change.address: before(planned.change) for planned in plan.changes}
    then, now = _transactional(plan.live), _transactional(live.state(plan.live.keys() | changes.keys()))
    moved = {address for address in now.keys() | then.keys() if now.get(address) != then.get(address)}
    moved |= {
        address for address, was in changes.items() if address.type in TRANSACTIONAL and not _is(was, address, live)
    }
    if moved:
        raise StalePlanError(*(_stale(address, then, now) for address in sorted(moved)))


def verify_converged(plan: Plan, promised: Desired, live: Live) -> None:
    """Raise NotConvergedError unless live is what the plan promised, and everything else as it was."""
    now = live.state(plan.live.keys())
    kept = _transactional(plan.live).items()
    ends = promised.resources.items()
    wrong = [address for address, end in ends if address.type in TRANSACTIONAL and not _is(end, address, live)]
    wrong += [address for address, was in kept if address not in promised.resources and now.get(address) != was]
    if wrong:
        raise NotConvergedError(*(_unconverged(address) for address in sorted(wrong)))


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
        "look for triggers or rules that are not tapdb's on the managed tables",
        address=str(address),
    )
