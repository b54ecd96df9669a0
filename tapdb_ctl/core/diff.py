"""Desired and live to changes: the calculation that every promise of plan and apply rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Change, Create, Delete, Update
from tapdb_ctl.core.jsonvalue import same
from tapdb_ctl.errors import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.resource import Desired, Live, Resource


@dataclass(frozen=True, slots=True)
class Difference:
    """The changes, in address order, and what stands in their way or is worth knowing."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]


def diff(desired: Desired, live: Live) -> Difference:
    """What would make `live` equal to `desired`; empty exactly when nothing differs.

    Only what the environment's own catalogues own is ever deleted, and only where they prune.
    """
    outcomes = [*_wanted(desired, live), *_unwanted(desired, live)]
    changes = sorted((o for o in outcomes if not isinstance(o, Finding)), key=lambda change: change.address)
    return Difference(tuple(changes), (*live.findings, *(o for o in outcomes if isinstance(o, Finding))))


def _wanted(desired: Desired, live: Live) -> Iterator[Change | Finding]:
    missing = desired.resources.keys() - live.resources.keys()
    for address, resource in sorted(desired.resources.items()):
        if resource.within in missing:
            continue
        found, reason = live.resources.get(address), live.reasons.get(address)
        if found is None:
            yield Create(resource, reason)
        elif not _claimable(found, resource, desired):
            yield _foreign(found, resource)
        elif outcome := _compared(found, resource, reason):
            yield outcome


def _compared(found: Resource, wanted: Resource, reason: str | None) -> Update | None:
    if wanted.protected is None:
        wanted = replace(wanted, protected=found.protected)
    if same(found.attributes, wanted.attributes) and found.protected == wanted.protected:
        return None
    return Update(found, wanted, "revived" if _retired(found) else reason)


def _retired(found: Resource) -> bool:
    return found.attributes.get("is_deleted") is True


def _claimable(found: Resource, wanted: Resource, desired: Desired) -> bool:
    """Whether `wanted` may have it: its own, or retired and no longer declared by the one who owned it."""
    return found.owner == wanted.owner or (_retired(found) and (found.owner is None or found.owner in desired.catalogs))


def _foreign(found: Resource, wanted: Resource) -> Finding:
    if found.owner is None:
        return Finding(
            "PLN001",
            "something declared exists already and tapdb does not own it",
            f"{found.address} was made outside tapdb; catalogue {wanted.owner} declares it",
            "rename it, or remove the live one; adopting what exists comes with `tapdb import`",
            address=str(found.address),
            origin=wanted.origin,
        )
    return Finding(
        "PLN002",
        "something declared belongs to another catalogue",
        f"{found.address} is owned by catalogue {found.owner}; catalogue {wanted.owner} declares it too",
        "declare it in one of them only; docs/how-to.md says how to move templates and rename catalogues",
        address=str(found.address),
        origin=wanted.origin,
    )


def _unwanted(desired: Desired, live: Live) -> Iterator[Change | Finding]:
    for address, found in sorted(live.resources.items()):
        if found.surplus:
            yield Delete(found, live.reasons.get(address))
            continue
        prunes = desired.catalogs.get(found.owner) if found.owner else None
        if address in desired.resources or prunes is None or _retired(found):
            continue
        if prunes:
            yield Delete(found, live.reasons.get(address))
        else:
            yield Finding(
                "PLN003",
                "something owned is no longer declared and stays",
                f"{address} is owned by catalogue {found.owner}, which does not prune",
                "set `prune: true` on the catalogue or pass --prune to let it go",
                severity=Severity.WARNING,
                address=str(address),
            )
