"""Reads identity prefixes and the sequences behind every prefix."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.resource import Live, Resource
from tapdb_ctl.core.schema import BASELINE
from tapdb_ctl.providers.postgres.prefixes.names import identity_sequence
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.providers.postgres.session import Session

_INSTANCES = re.compile(r"([a-z]{2,3})_instance_seq")


def inspect(session: Session) -> Live:
    """Every prefix that has a sequence, and every identity that has a prefix.

    An identity whose own sequence is gone says so, and differs by that. Where a sequence stands is never
    read: it moves with every EUID.
    """
    rows = session.rows(query("prefixes"), {"schema": session.settings.schema})
    sequences = {name for kind, name, _ in rows if kind == "sequence"}
    identities = {name: value for kind, name, value in rows if kind == "identity"}
    found = {r.address: r for r in (*_prefixes(sequences), *_identities(identities, sequences))}
    return Live(found, {address: resource.digest for address, resource in found.items()})


def _prefixes(sequences: set[str]) -> Iterator[Resource]:
    for sequence in sequences:
        if match := _INSTANCES.fullmatch(sequence):
            yield Resource(Address("prefix", match[1].upper()), {"sequence": sequence}, (BASELINE,))


def _identities(identities: dict[str, str], sequences: set[str]) -> Iterator[Resource]:
    for entity, prefix in identities.items():
        gone = {} if identity_sequence(entity, prefix) in sequences else {"sequence": "missing"}
        yield Resource(Address("identity", entity), {"prefix": prefix, **gone}, (BASELINE,))
