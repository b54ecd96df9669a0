"""A plan to its report: exactly what was shown, or nothing."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from tapdb_ctl.core import guard
from tapdb_ctl.core.policy import Policy
from tapdb_ctl.core.proof import promised, verify_converged, verify_finished, verify_unmoved
from tapdb_ctl.core.report import Outcome, Receipt, Report
from tapdb_ctl.core.step import Phase
from tapdb_ctl.core.violations import FROZEN, violations
from tapdb_ctl.errors import InDoubtError, RefusedError, TapdbError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.ports import Database, Direct, Transaction
    from tapdb_ctl.core.report import Entry
    from tapdb_ctl.core.resource import Live
    from tapdb_ctl.core.step import Step


@dataclass(frozen=True, slots=True)
class World:
    """Everything that apply writes to: direct providers by the phase of their steps, and the database."""

    direct: Mapping[Phase, Direct]
    database: Database


@dataclass(frozen=True, slots=True)
class Consent:
    """What the user allowed: kinds given to `--allow-destroy`; `protect` and `policy` as the manifest says them now."""

    destroy: frozenset[str] = frozenset()
    protect: bool = False
    policy: Policy = field(default_factory=Policy)


class PhaseError(TapdbError):
    """A phase failed: its own findings, with the receipts of every phase until then."""

    def __init__(self, cause: TapdbError, receipts: Sequence[Receipt]) -> None:
        super().__init__(*cause.findings)
        self.receipts = tuple(receipts)


def apply(plan: Plan, world: World, consent: Consent, entry: Entry, progress: Callable[[int], None]) -> Report:
    """Perform the plan's steps, phase by phase, and say what was done.

    The PostgreSQL phase is one transaction: the live state is compared with the plan's under lock, the
    steps run, live is compared with what was planned once more, and only then is anything committed.
    What PostgreSQL refuses to do in a transaction, or would lock a busy table for too long, follows one by one.
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
            with _between(receipts):
                progress(len(steps))
    with _receipt(Phase.TRANSACTION, receipts):
        ledger = _transact(plan, world.database, consent, entry, progress)
    if later := tuple(plan.steps(Phase.CONCURRENT)):
        with _receipt(Phase.CONCURRENT, receipts):
            _finish(plan, later, world.database, progress)
    return Report(plan.summary, tuple(receipts), ledger)


def check(plan: Plan, consent: Consent) -> None:
    """Raise RefusedError with everything that forbids this plan: its errors, and destruction nobody asked for."""
    lasting = (guard for guard in plan.guards if guard.code != FROZEN)
    guards = (*lasting, *violations(plan.changes, consent.policy, datetime.now(UTC)))
    if refusals := (*plan.errors, *guard.refused(plan.changes, guards, consent.destroy)):
        raise RefusedError(*dict.fromkeys(refusals))


def _transact(plan: Plan, database: Database, consent: Consent, entry: Entry, progress: Callable[[int], None]) -> int:
    def allowed(live: Live) -> None:
        verify_allowed(plan, live, consent)

    with carried_out(plan, database, entry, progress, allowed) as (transaction, ledger):
        progress(0)  # the last moment at which it can be stopped
        transaction.commit()
    return ledger


@contextmanager
def carried_out(
    plan: Plan, database: Database, entry: Entry, progress: Callable[[int], None], allowed: Callable[[Live], None]
) -> Iterator[tuple[Transaction, int]]:
    """The transaction with everything done and proved that the plan says, and the number of its ledger entry.

    It is rolled back unless it is committed inside the block. `allowed` is given what is live under lock, before
    anything is done, and raises to forbid it.
    """
    ends = promised(plan, database.completed)
    with database.transaction() as transaction:
        transaction.lock(plan.steps(Phase.TRANSACTION), keep=bool(plan.later))
        live = transaction.inspect(ends)
        verify_unmoved(plan, live)
        allowed(live)
        transaction.perform(plan.steps(Phase.TRANSACTION), progress)
        ledger = transaction.record(plan, entry)
        verify_converged(plan, ends, transaction.inspect(ends))
        yield transaction, ledger


def verify_allowed(plan: Plan, live: Live, consent: Consent) -> None:
    """Raise RefusedError when the guards, computed anew from what is live, forbid the plan."""
    changes = [planned.change for planned in plan.changes]
    guards = guard.inspect(changes, live, protect=consent.protect)
    if refusals := guard.refused(plan.changes, guards, consent.destroy):
        raise RefusedError(*refusals)


def _finish(plan: Plan, later: Sequence[Step], database: Database, progress: Callable[[int], None]) -> None:
    """The steps that follow the transaction, and a last look at what they made."""
    for step in later:
        database.perform(step)
        progress(1)
    ends = promised(plan, database.completed)
    verify_finished(plan, ends, database.inspect(ends))


@contextmanager
def _receipt(phase: Phase, receipts: list[Receipt]) -> Iterator[None]:
    started = monotonic()
    try:
        yield
    except TapdbError as error:
        outcome = Outcome.IN_DOUBT if isinstance(error, InDoubtError) else Outcome.NOT_APPLIED
        raise PhaseError(error, [*receipts, Receipt(phase, outcome, monotonic() - started)]) from error
    receipts.append(Receipt(phase, Outcome.APPLIED, monotonic() - started))


@contextmanager
def _between(receipts: list[Receipt]) -> Iterator[None]:
    """Being stopped here leaves what is done, and says so."""
    try:
        yield
    except TapdbError as error:
        raise PhaseError(error, receipts) from error
