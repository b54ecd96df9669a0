"""What exists and nobody owns, taken over as it is: the plan of `tapdb import`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.core.address import Address, closure, select
from tapdb_ctl.core.change import ADOPTED, Adopt, Update, is_import
from tapdb_ctl.core.collector import paused
from tapdb_ctl.engine.planning import drawn
from tapdb_ctl.engine.scoping import dependencies
from tapdb_ctl.engine.surveying import survey
from tapdb_ctl.errors import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.ports import Provider, Witness
    from tapdb_ctl.core.resource import Desired


@paused()
def plan(desired: Desired, providers: Sequence[Provider], patterns: Sequence[str], witness: Witness) -> Plan:
    """The adoption of everything declared that one of `patterns` names, and what has to be there for it.

    Nothing is changed about what is adopted; how it differs from the manifests is for the plan that follows.
    """
    seen = survey(replace(desired, imports=tuple(patterns)), providers)
    adoptions = [_as_it_is(change) for change in seen.difference.changes if _is_adoption(change, patterns)]
    adopted = {change.address for change in adoptions}
    needed = closure(adopted, dependencies(seen.whole, seen.live)) - adopted
    required = [change for change in seen.difference.changes if change.address in needed]
    findings = [*_told(seen.difference.findings, adopted | needed), *_fruitless(patterns, adopted)]
    return drawn(seen, [*adoptions, *required], findings, providers, witness)


def _is_adoption(change: Change, patterns: Iterable[str]) -> bool:
    return is_import(change) and any(select(pattern, (change.address,)) for pattern in patterns)


def _as_it_is(change: Change) -> Change:
    """The same taking over without the update that the manifests call for."""
    if not isinstance(change, Update):
        return change
    end = replace(change.before, owner=change.after.owner, protected=bool(change.before.protected))
    return Adopt(change.before, end, change.reason or ADOPTED)


def _told(findings: Iterable[Finding], concerned: Collection[Address]) -> Iterator[Finding]:
    """What is not about something that stays as it is."""
    return (f for f in findings if not f.address or Address.parse(f.address) in concerned)


def _fruitless(patterns: Iterable[str], adopted: Collection[Address]) -> Iterator[Finding]:
    for pattern in patterns:
        if not select(pattern, adopted):
            yield Finding(
                "PLN006",
                "there is nothing to import",
                f"{pattern} matches nothing that is declared, exists and belongs to nobody",
                "declare it first, or let `tapdb import --generate DIR` write manifests of what is live",
                Severity.WARNING,
            )
