"""A plan to its report: exactly what was shown, or nothing."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING

from tapdb_ctl.core import guard
from tapdb_ctl.core.change import Delete
from tapdb_ctl.core.jsonvalue import same
from tapdb_ctl.core.report import Outcome, Receipt, Report
from tapdb_ctl.core.resource import Desired
from tapdb_ctl.core.step import Phase
from tapdb_ctl.errors import Finding, InDoubtError, NotConvergedError, RefusedError, StalePlanError, TapdbError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.ports import Database, Direct
    from tapdb_ctl.core.report import Entry
    from tapdb_ctl.core.resource import Live, Resource

TRANSACTIONAL = frozenset({"schema", "identity", "prefix", "template"})
"""The address types whose live state a transaction re-reads and proves."""


@dataclass(frozen=True, slots=True)
class World:
    """Everything that apply writes to: direct providers by the phase of their steps, and the database."""

    direct: Mapping[Phase, Direct]
    database: Database


@dataclass(frozen=True, slots=True)
class Consent:
    """What the user allowed: kinds given to `--allow-destroy`."""

    destroy: frozenset[str] = frozenset()


class PhaseError(TapdbError):
    """A phase failed: its own findings, with the receipts of every phase until then."""

    def __init__(self, cause: TapdbError, receipts: Sequence[Receipt]) -> None:
        super().__init__(*cause.findings)
        self.receipts = tuple(receipts)


def apply(plan: Plan, world: World, consent: Consent, entry: Entry, progress: Callable[[int], None]) -> Report:
    """Perform the plan's steps, phase by phase, and say what was done.

    The PostgreSQL phase is one transaction: the live state is compared with the plan's under lock, the
    steps run, live is compared with what was planned once more, and only then is anything committed.
    A plan without changes opens no transaction at all.

    Raises RefusedError before anything is touched; else PhaseError, whose receipts tell what is in place.
    """
    check(plan, consent)
    if not plan.changes:
        return Report()
    receipts: list[Receipt] = []
    for phase, provider in world.direct.items():
        if steps := tuple(plan.steps(phase)):
            with _receipt(phase, receipts):
                for step in steps:
                    provider.perform(step)
                    progress(1)
    with _receipt(Phase.TRANSACTION, receipts):
        ledger = _transact(plan, world.database, entry, progress)
    return Report(plan.summary, tuple(receipts), ledger)


def check(plan: Plan, consent: Consent) -> None:
    """Raise RefusedError with everything that forbids this plan: its errors, and destruction nobody asked for."""
    changes = [planned.change for planned in plan.changes]
    guards = (g for g in plan.guards if not (g.code == "PLN012" and "catalog" in consent.destroy))
    if refusals := (*plan.errors, *guards, *guard.refused(changes, consent.destroy)):
        raise RefusedError(*refusals)


def _transact(plan: Plan, database: Database, entry: Entry, progress: Callable[[int], None]) -> int:
    promised = _promised(plan)
    with database.transaction() as transaction:
        transaction.lock()
        verify_unmoved(plan, transaction.inspect(promised))
        transaction.perform(plan.steps(Phase.TRANSACTION), progress)
        ledger = transaction.record(plan, entry)
        verify_converged(plan, promised, transaction.inspect(promised))
        transaction.commit()
    return ledger


def _promised(plan: Plan) -> Desired:
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
    """Raise StalePlanError, naming what moved, unless live is what the plan was computed from."""
    then, now = _transactional(plan.live), _transactional(live.state(_promised(plan).resources))
    if moved := sorted(address for address in now.keys() | then.keys() if now.get(address) != then.get(address)):
        raise StalePlanError(*(_stale(address, then, now) for address in moved))


def verify_converged(plan: Plan, promised: Desired, live: Live) -> None:
    """Raise NotConvergedError unless live is what the plan promised, and everything else as it was."""
    now = live.state({})
    kept = _transactional(plan.live).items()
    wrong = [r.address for r in promised.resources.values() if r.address.type in TRANSACTIONAL and not _kept(r, live)]
    wrong += [address for address, was in kept if address not in promised.resources and now.get(address) != was]
    if wrong:
        raise NotConvergedError(*(_unconverged(address) for address in sorted(wrong)))


def _kept(promised: Resource, live: Live) -> bool:
    found = live.resources.get(promised.address)
    return (
        found is not None
        and same(found.attributes, promised.attributes)
        and (found.owner, found.protected) == (promised.owner, promised.protected)
    )


def _transactional(state: Mapping[Address, str]) -> dict[Address, str]:
    return {address: digest for address, digest in state.items() if address.type in TRANSACTIONAL}


@contextmanager
def _receipt(phase: Phase, receipts: list[Receipt]) -> Iterator[None]:
    started = monotonic()
    try:
        yield
    except TapdbError as error:
        outcome = Outcome.IN_DOUBT if isinstance(error, InDoubtError) else Outcome.NOT_APPLIED
        raise PhaseError(error, [*receipts, Receipt(phase, outcome, monotonic() - started)]) from error
    receipts.append(Receipt(phase, Outcome.APPLIED, monotonic() - started))


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
