"""Desired and live to changes: the calculation that every promise of plan and apply rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tapdb_ctl.core import claims
from tapdb_ctl.core.change import RENAMED, REVIVED, Adopt, Change, Create, Delete, Update
from tapdb_ctl.core.jsonvalue import same
from tapdb_ctl.core.resource import is_retired
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
        found, reason = _found(resource, live)
        if found is None:
            yield Create(resource, reason)
        elif isinstance(right := claims.claim(found, resource, desired), Finding):
            yield right
        elif outcome := _compared(found, resource, right or reason):
            yield outcome
        if found and found.address == address and _former(resource, desired, live):
            yield _taken(resource)


def _found(wanted: Resource, live: Live) -> tuple[Resource | None, str | None]:
    """The live resource under its address or, where there is none, under its former one, retired or not."""
    found = live.resources.get(wanted.address)
    if found is None and wanted.renamed_from:
        found = live.resources.get(wanted.renamed_from)
    return found, live.reasons.get(wanted.address)


def _former(wanted: Resource, desired: Desired, live: Live) -> Resource | None:
    """What still stands under the address that it is renamed from, and is the environment's.

    Whatever somebody else put there since the renaming does not matter.
    """
    found = live.resources.get(wanted.renamed_from) if wanted.renamed_from else None
    return found if found and found.owner in desired.catalogs and not is_retired(found) else None


def _compared(found: Resource, wanted: Resource, reason: str | None) -> Update | Adopt | None:
    if wanted.protected is None:
        wanted = replace(wanted, protected=found.protected)
    alike = same(found.attributes, wanted.attributes) and found.protected == wanted.protected
    if not alike or found.address != wanted.address:
        return Update(found, wanted, _why(found, wanted) or reason)
    return None if found.owner == wanted.owner else Adopt(found, wanted, reason)


def _why(found: Resource, wanted: Resource) -> str | None:
    if found.address != wanted.address:
        return RENAMED
    return REVIVED if is_retired(found) else None


def _taken(wanted: Resource) -> Finding:
    return Finding(
        "PLN005",
        "a template cannot be renamed to a code that is taken",
        f"{wanted.renamed_from} is to become {wanted.address}, which exists already, perhaps retired",
        "drop `renamed_from` and let the old one be retired, or choose another code",
        address=str(wanted.address),
        origin=wanted.origin,
    )


def _unwanted(desired: Desired, live: Live) -> Iterator[Change | Finding]:
    taken = {former.address for wanted in desired.resources.values() if (former := _former(wanted, desired, live))}
    for address, found in sorted(live.resources.items()):
        if found.surplus:
            yield Delete(found, live.reasons.get(address))
            continue
        prunes = desired.catalogs.get(found.owner) if found.owner else None
        if address in desired.resources or address in taken or prunes is None or is_retired(found):
            continue
        if prunes:
            yield Delete(found, live.reasons.get(address))
        else:
            yield _stays(found)


def _stays(found: Resource) -> Finding:
    return Finding(
        "PLN003",
        "something owned is no longer declared and stays",
        f"{found.address} is owned by catalogue {found.owner}, which does not prune",
        "set `prune: true` on the catalogue or pass --prune to let it go",
        severity=Severity.WARNING,
        address=str(found.address),
    )
