"""Who may have what: ownership, and the ways in which it changes hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.address import select
from tapdb_ctl.core.change import ADOPTED, MOVED, TAKEN_OVER
from tapdb_ctl.core.resource import is_retired
from tapdb_ctl.errors import Finding

if TYPE_CHECKING:
    from tapdb_ctl.core.resource import Desired, Resource


def claim(found: Resource, wanted: Resource, desired: Desired) -> str | Finding | None:
    """Why `wanted` may have what was found, None for what it has already; a finding where it may not.

    Between catalogues of one environment things move freely, since one manifest set says where they belong. What was
    retired and nobody owns is free.
    """
    if found.owner == wanted.owner or (found.owner is None and is_retired(found)):
        return None
    if found.owner in desired.catalogs:
        return MOVED
    if found.owner is not None:
        return TAKEN_OVER if desired.force else _others(found, wanted)
    imported = any(select(pattern, (found.address,)) for pattern in desired.imports)
    return ADOPTED if imported else _nobodys(found, wanted)


def _nobodys(found: Resource, wanted: Resource) -> Finding:
    adopting = f"`tapdb import {found.address}` adopts it as it is, spec.import adopts and updates it in the next apply"
    renaming = f"put {found.address} under spec.import, which adopts and renames it with the next apply"
    return Finding(
        "PLN001",
        "something declared exists already and tapdb does not own it",
        f"{found.address} was made outside tapdb; catalogue {wanted.owner} declares it",
        adopting if found.address == wanted.address else renaming,
        address=str(found.address),
        origin=wanted.origin,
    )


def _others(found: Resource, wanted: Resource) -> Finding:
    return Finding(
        "PLN002",
        "something declared belongs to another catalogue",
        f"{found.address} is owned by catalogue {found.owner}; catalogue {wanted.owner} declares it too",
        "declare it in one of them only, or take it over with --force-conflicts, which the ledger will say",
        address=str(found.address),
        origin=wanted.origin,
    )
