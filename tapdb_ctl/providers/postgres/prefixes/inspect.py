"""Reads identity prefixes and the sequences behind every prefix."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.resource import Live, Resource
from tapdb_ctl.core.schema import BASELINE
from tapdb_ctl.core.step import identifier, literal
from tapdb_ctl.providers.postgres.prefixes.names import identity_sequence
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tapdb_ctl.core.jsonvalue import JsonValue
    from tapdb_ctl.providers.postgres.session import Session

_INSTANCES = re.compile(r"([a-z]{2,3})_instance_seq")

Sequences = dict[str, dict[str, "JsonValue"]]
"""What is unusual about each sequence."""

BEHIND = "behind"
"""The attribute of what would number with an EUID in use."""


def inspect(session: Session, schema: Mapping[Address, Resource], tables: Collection[str]) -> Live:
    """Every prefix that has a sequence, every identity that has a prefix, and those of `schema`'s sequences that lag.

    A sequence that counts in another way than by one, or stands behind an EUID in use, and an identity whose own
    sequence is gone, say so and differ by that. `tables` are those that may be asked which EUIDs are in use. That a
    sequence is behind is in no digest, since it may cease to be without anybody's doing.
    """
    sequences, identities = _read(session, tables)
    lagging = list(_lagging(sequences, schema))
    found = {r.address: r for r in (*lagging, *_prefixes(sequences), *_identities(identities, sequences))}
    return Live(found, {address: _settled(resource).digest for address, resource in found.items()})


def _read(session: Session, tables: Collection[str]) -> tuple[Sequences, dict[str, str]]:
    highest = "".join(query("highest_number").replace("{table}", table) for table in sorted(tables))
    rows = session.rows(query("prefixes").replace("{highest}", highest), {"schema": session.settings.schema})
    sequences: Sequences = {name: json.loads(unusual) for kind, name, _, unusual, _ in rows if kind == "sequence"}
    for name in _behind(session, {name: used for _, name, _, _, used in rows if used is not None}):
        sequences[name][BEHIND] = True
    return sequences, {name: value for kind, name, value, *_ in rows if kind == "identity"}


def _behind(session: Session, used: Mapping[str, int]) -> Iterator[str]:
    """Which of these sequences would give out a number in use; nothing is asked when there are none."""
    looks = (
        f"SELECT {literal(name)} FROM {identifier(name)} WHERE last_value + is_called::integer <= {number}"  # noqa: S608  # quoted
        for name, number in used.items()
    )
    return (name for (name,) in session.rows(" UNION ALL ".join(looks))) if used else iter(())


def _lagging(sequences: Sequences, schema: Mapping[Address, Resource]) -> Iterator[Resource]:
    """The schema's own sequences that are behind, which are then nobody else's to tell of."""
    for name, unusual in sequences.items():
        own = schema.get(Address("schema", f"sequence/{name}"))
        if own and unusual.pop(BEHIND, False):
            yield replace(own, attributes={**own.attributes, BEHIND: True})


def _settled(resource: Resource) -> Resource:
    return replace(resource, attributes={name: v for name, v in resource.attributes.items() if name != BEHIND})


def _prefixes(sequences: Sequences) -> Iterator[Resource]:
    for sequence, unusual in sequences.items():
        if match := _INSTANCES.fullmatch(sequence):
            yield Resource(Address("prefix", match[1].upper()), {"sequence": sequence, **unusual}, (BASELINE,))


def _identities(identities: Mapping[str, str], sequences: Sequences) -> Iterator[Resource]:
    for entity, prefix in identities.items():
        unusual = sequences.get(identity_sequence(entity, prefix), {"sequence": "missing"})
        yield Resource(Address("identity", entity), {"prefix": prefix, **unusual}, (BASELINE,))
