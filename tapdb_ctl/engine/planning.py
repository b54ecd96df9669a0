"""Desired state and live world to a plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING

from tapdb_ctl.core import guard, policy
from tapdb_ctl.core.address import Address, closure, select
from tapdb_ctl.core.change import after, before
from tapdb_ctl.core.collector import paused
from tapdb_ctl.core.diff import diff
from tapdb_ctl.core.order import ordered
from tapdb_ctl.core.plan import Plan, PlannedChange
from tapdb_ctl.core.resource import Desired, Live
from tapdb_ctl.engine.explaining import explained
from tapdb_ctl.errors import TapdbError, UnrepairableError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.ports import Provider, Witness
    from tapdb_ctl.errors import Finding


@dataclass(frozen=True, slots=True)
class Scope:
    """What `--target` or `--exclude` leave of a plan; at most one of them is given."""

    targets: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()


@paused()
def plan(desired: Desired, providers: Sequence[Provider], scope: Scope, witness: Witness | None = None) -> Plan:
    """The changes that make live equal to desired, with their steps.

    1. Every provider adds what is implied, then reads what is wanted and what is owned; nothing is written.
    2. Both sides are compared; what is not ours becomes a finding, never a change.
    3. The scope keeps what was asked for and what that needs; what stands in the way elsewhere does not matter.
    4. Changes are ordered and turned into the steps that apply will run; what cannot be repaired is a finding.
    5. The witness, where there is one, tells whom changes touch and who made the differences.
    6. Guards say what is not allowed, or not yet.

    Raises TapdbError when a provider cannot read, or a scope pattern matches nothing.
    """
    whole = completed(desired, providers)
    live = observe(whole, providers)
    difference = diff(whole, live)
    within = _within(whole, live, scope)
    changes = ordered(change for change in difference.changes if change.address in within)
    everything = scope == Scope()
    findings = (f for f in difference.findings if everything or not f.address or Address.parse(f.address) in within)
    repairs, obstacles = repairable(changes, providers)
    explanations = explained(repairs, witness)
    return Plan(
        environment=desired.environment,
        manifest_digest=desired.digest,
        catalogs=tuple(sorted(desired.catalogs)),
        live=live.state(_looked_at_again(whole, changes)),
        changes=explanations,
        findings=(*desired.unreconciled, *findings, *obstacles),
        guards=(
            *guard.inspect(changes, live, protect=desired.protect),
            *policy.violations(explanations, desired.policy, datetime.now(UTC)),
        ),
        target=desired.target,
    )


def _looked_at_again(whole: Desired, changes: Iterable[Change]) -> set[Address]:
    """What an apply sees as the plan did. Templates that nobody owns count where they change, and nowhere else."""
    changed = {side.address for change in changes for side in (before(change), after(change)) if side}
    return {at for at in whole.resources if at.type != "template"} | changed


def completed(desired: Desired, providers: Iterable[Provider]) -> Desired:
    """`desired` with everything that it implies."""
    return reduce(lambda wanted, provider: provider.completed(wanted), providers, desired)


def observe(desired: Desired, providers: Iterable[Provider]) -> Live:
    """What every provider finds, as one."""
    live = Live()
    for provider in providers:
        live = live.joined(provider.inspect(desired))
    return live


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


def _within(desired: Desired, live: Live, scope: Scope) -> Collection[Address]:
    """The addresses that the scope leaves."""
    known = desired.resources.keys() | live.resources.keys()
    needs = _needs(desired, live)
    if scope.targets:
        return closure(_matched(scope.targets, known), needs)
    gone = _matched(scope.excludes, known)
    return {address for address in known if gone.isdisjoint(closure([address], needs))} if gone else known


def _needs(desired: Desired, live: Live) -> Mapping[Address, tuple[Address, ...]]:
    """What needs what; a part needs the whole while that has yet to be made."""
    return {
        address: r.needs if r.within is None or r.within in live.resources else (*r.needs, r.within)
        for source in (live, desired)
        for address, r in source.resources.items()
    }


def _matched(patterns: Iterable[str], known: Iterable[Address]) -> set[Address]:
    found = {pattern: select(pattern, tuple(known)) for pattern in patterns}
    if missing := [pattern for pattern, addresses in found.items() if not addresses]:
        raise TapdbError.of(
            "PLN020",
            "a target matches nothing",
            f"no resource is called {', '.join(missing)}",
            "`tapdb show` lists the addresses; quote globs so that the shell leaves them alone",
        )
    return set().union(*found.values())
