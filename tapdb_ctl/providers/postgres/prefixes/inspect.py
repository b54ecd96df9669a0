"""Reads identity prefixes and the sequences behind every prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.resource import Desired, Live, Resource
from tapdb_ctl.providers.postgres.prefixes.names import identity_sequence
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.jsonvalue import Attributes
    from tapdb_ctl.providers.postgres.session import Session


def inspect(session: Session, desired: Desired) -> Live:
    """The wanted prefixes and identities that are there; one whose sequence is missing counts as missing.

    Where a sequence stands is never read: it moves with every EUID.
    """
    rows = session.rows(query("prefixes"), {"schema": session.settings.schema})
    sequences = {name for kind, name, _ in rows if kind == "sequence"}
    identities = {name: value for kind, name, value in rows if kind == "identity"}
    found = {}
    for address in desired.resources:
        if attributes := _attributes(address, desired, sequences, identities):
            found[address] = Resource(address, attributes)
    return Live(found, {address: resource.digest for address, resource in found.items()})


def _attributes(
    address: Address, desired: Desired, sequences: set[str], identities: dict[str, str]
) -> Attributes | None:
    match address.type:
        case "prefix" if (sequence := desired.resources[address].attributes["sequence"]) in sequences:
            return {"sequence": sequence}
        case "identity" if prefix := identities.get(address.name):
            return {"prefix": prefix} if identity_sequence(address.name, prefix) in sequences else None
    return None
