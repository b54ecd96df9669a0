"""Reads identity prefixes and the sequences behind every prefix."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.resource import Live, Resource
from tapdb_ctl.core.schema import BASELINE
from tapdb_ctl.providers.postgres.prefixes.names import identity_sequence
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tapdb_ctl.core.jsonvalue import Attributes
    from tapdb_ctl.providers.postgres.session import Session

_INSTANCES = re.compile(r"([a-z]{2,3})_instance_seq")


def inspect(session: Session) -> Live:
    """Every prefix that has a sequence, and every identity that has a prefix.

    A sequence that counts in another way than by one, and an identity whose own sequence is gone, say so and differ
    by that.
    """
    rows = session.rows(query("prefixes"), {"schema": session.settings.schema})
    sequences = {name: json.loads(unusual) for kind, name, _, unusual in rows if kind == "sequence"}
    identities = {name: value for kind, name, value, _ in rows if kind == "identity"}
    found = {r.address: r for r in (*_prefixes(sequences), *_identities(identities, sequences))}
    return Live(found, {address: resource.digest for address, resource in found.items()})


def _prefixes(sequences: Mapping[str, Attributes]) -> Iterator[Resource]:
    for sequence, unusual in sequences.items():
        if match := _INSTANCES.fullmatch(sequence):
            yield Resource(Address("prefix", match[1].upper()), {"sequence": sequence, **unusual}, (BASELINE,))


def _identities(identities: Mapping[str, str], sequences: Mapping[str, Attributes]) -> Iterator[Resource]:
    for entity, prefix in identities.items():
        unusual = sequences.get(identity_sequence(entity, prefix), {"sequence": "missing"})
        yield Resource(Address("identity", entity), {"prefix": prefix, **unusual}, (BASELINE,))
