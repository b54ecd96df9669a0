"""Desired state and live world to a plan."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tapdb_ctl.core import guard
from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import after, before
from tapdb_ctl.core.collector import paused
from tapdb_ctl.core.order import ordered
from tapdb_ctl.core.plan import Plan, PlannedChange
from tapdb_ctl.core.violations import violations
from tapdb_ctl.engine.explaining import explained
from tapdb_ctl.engine.scoping import Scope, within
from tapdb_ctl.engine.surveying import survey
from tapdb_ctl.errors import UnrepairableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.ports import Provider, Witness
    from tapdb_ctl.core.resource import Desired
    from tapdb_ctl.engine.surveying import Survey
    from tapdb_ctl.errors import Finding


@paused()
def plan(desired: Desired, providers: Sequence[Provider], scope: Scope, witness: Witness | None = None) -> Plan:
    """The changes that make live equal to desired, with their steps.

    1. Both sides are read and compared; what is not ours becomes a finding, never a change.
    2. The scope keeps what was asked for and what that needs; what stands in the way elsewhere does not matter.
    3. Changes are ordered and turned into the steps that apply will run; what cannot be repaired is a finding.
    4. The witness, where there is one, tells whom changes touch and who made the differences.
    5. Guards say what is not allowed, or not yet.

    Raises TapdbError when a provider cannot read, or a scope pattern matches nothing.
    """
    with witness.moment() if witness else nullcontext():
        seen = survey(desired, providers)
        left = within(seen.whole, seen.live, scope)
        changes = [change for change in seen.difference.changes if change.address in left]
        everything = scope == Scope()
        found = seen.difference.findings
        findings = [f for f in found if everything or not f.address or Address.parse(f.address) in left]
        return drawn(seen, changes, findings, providers, witness)


def drawn(
    seen: Survey,
    changes: Iterable[Change],
    findings: Iterable[Finding],
    providers: Sequence[Provider],
    witness: Witness | None,
) -> Plan:
    """The plan that makes some of the changes of a survey."""
    desired, changes = seen.desired, ordered(changes)
    repairs, obstacles = repairable(changes, providers)
    explanations = explained(repairs, witness)
    return Plan(
        environment=desired.environment,
        manifest_digest=desired.digest,
        catalogs=tuple(sorted(desired.catalogs)),
        live=seen.live.state(_looked_at_again(seen.whole, changes)),
        changes=explanations,
        findings=(*desired.unreconciled, *findings, *obstacles),
        guards=(
            *guard.inspect(changes, seen.live, protect=desired.protect),
            *violations(explanations, desired.policy, datetime.now(UTC)),
        ),
        target=desired.target,
    )


def _looked_at_again(whole: Desired, changes: Iterable[Change]) -> set[Address]:
    """What an apply sees as the plan did. Templates that nobody owns count where they change, and nowhere else."""
    changed = {side.address for change in changes for side in (before(change), after(change)) if side}
    return {at for at in whole.resources if at.type != "template"} | changed


def planned(changes: Iterable[Change], providers: Iterable[Provider]) -> tuple[PlannedChange, ...]:
    """Each change with the steps of the provider that answers for its type; raises UnrepairableError."""
    by_type = {kind: provider for provider in providers for kind in provider.types}
    return tuple(PlannedChange(change, by_type[change.address.type].steps(change)) for change in changes)


def repairable(
    changes: Iterable[Change], providers: Sequence[Provider]
) -> tuple[tuple[PlannedChange, ...], tuple[Finding, ...]]:
    """The changes that can be made, with their steps, and a finding for each that cannot."""
    able: list[PlannedChange] = []
    unable: list[Finding] = []
    for change in changes:
        try:
            able += planned((change,), providers)
        except UnrepairableError as error:
            unable += error.findings
    return tuple(able), tuple(unable)


def pruning(desired: Desired) -> Desired:
    """The same desired state with every catalogue pruning, and grants too, as `--prune` asks."""
    return replace(desired, catalogs=dict.fromkeys(desired.catalogs, True), prune=True)
