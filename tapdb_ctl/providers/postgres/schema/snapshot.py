"""The managed schema's objects as values: read from a database in one statement, or shipped as schema/snapshot.json.

The shipped snapshot is what schema/ builds, the same on every version of PostgreSQL and in a schema of any name.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.resource import Resource
from tapdb_ctl.core.schema import BASELINE
from tapdb_ctl.providers.postgres.queries import query
from tapdb_ctl.providers.postgres.schema.names import address, granted, kind, parts
from tapdb_ctl.providers.postgres.schema.roles import usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tapdb_ctl.providers.postgres.session import Session


@dataclass(frozen=True)
class Snapshot:
    """Objects by address, each with what must exist before it."""

    resources: Mapping[Address, Resource]

    def dumped(self) -> str:
        """The text of schema/snapshot.json."""
        objects = [
            {"address": str(r.address), "attributes": r.attributes, "needs": [str(need) for need in r.needs]}
            for r in sorted(self.resources.values(), key=lambda r: r.address)
        ]
        return json.dumps({"objects": objects}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def loaded(cls, text: str) -> Snapshot:
        """The snapshot of a text that `dumped` gave; its objects come with the baseline."""
        resources = (
            Resource(
                Address.parse(o["address"]),
                o["attributes"],
                needs=tuple(map(Address.parse, o["needs"])),
                within=BASELINE,
            )
            for o in json.loads(text)["objects"]
        )
        return cls({r.address: r for r in resources})


def names(addresses: Iterable[Address]) -> dict[str, list[str]]:
    """What to ask a database for: tables, sequences and functions, each by name alone."""
    found = defaultdict(set)
    for at in addresses:
        found[f"{kind(at)}s"].add(parts(at)[0].partition("(")[0])
    return {wanted: sorted(found[wanted]) for wanted in ("tables", "sequences", "functions")}


class Strangers(NamedTuple):
    """How many objects of a kind are in the schema beside the managed ones, and the first of their names."""

    kind: str
    number: int
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Observation:
    """The objects of known names that exist, with whatever else is on these tables.

    Sizes are bytes of a table; the rows of `unreadable` ones are hidden from this role. USAGE of the schema that a role
    has because everybody has it counts as its own, and comes with the schema. `creators` are others who may create
    in the schema; PUBLIC is an empty name.
    """

    objects: Mapping[Address, Resource]
    sizes: Mapping[str, int]
    unreadable: frozenset[str]
    strangers: tuple[Strangers, ...]
    creators: tuple[str, ...]


def observed(session: Session, names: Mapping[str, list[str]]) -> Observation:
    """Everything in one statement."""
    rows = session.rows(query("schema_objects"), {"schema": session.settings.schema, **names})
    objects, tables, strangers, creators = {}, {}, [], []
    for what, name, printed in rows:
        attributes = json.loads(printed)
        match what:
            case "rows":
                tables[name[0]] = attributes
            case "usage":
                at = usage(name[0])
                objects[at] = Resource(at, {"privileges": ["USAGE"]}, within=BASELINE)
            case "creator":
                creators += name
            case "stranger":
                strangers.append(Strangers(name[0], attributes["count"], tuple(attributes["first"])))
            case _:
                at = address(what, name)
                objects[at] = Resource(at, attributes, (granted(at)[1],) if what == "grant" else ())
    sizes = {table: rows["bytes"] for table, rows in tables.items()}
    unreadable = frozenset(table for table, rows in tables.items() if not rows["readable"])
    return Observation(objects, sizes, unreadable, tuple(strangers), tuple(creators))


def built(session: Session) -> Snapshot:
    """Everything in the schema of a session, with what needs what: how schema/snapshot.json is made."""
    schema = {"schema": session.settings.schema}
    tables, sequences, functions = session.rows(query("schema_names"), schema)[0]
    found = observed(session, {"tables": tables, "sequences": sequences, "functions": functions}).objects
    needs = _needs(session.rows(query("schema_dependencies"), schema), found)
    return Snapshot({at: Resource(at, r.attributes, tuple(sorted(needs[at]))) for at, r in found.items()})


def _needs(dependencies: Iterable[tuple[Any, ...]], found: Mapping[Address, Resource]) -> dict[Address, set[Address]]:
    needs: dict[Address, set[Address]] = defaultdict(set)
    for what, name, needed, its_name in dependencies:
        needs[address(what, name)].add(address(needed, its_name))
    for at, table in _on_tables(found):
        needs[at].add(address("table", [table]))
    return {at: needs[at] & found.keys() for at in found}


def _on_tables(found: Mapping[Address, Resource]) -> Iterator[tuple[Address, str]]:
    for at, resource in found.items():
        if kind(at) in {"column", "constraint", "trigger"}:
            yield at, parts(at)[0]
        elif kind(at) == "index":
            yield at, str(resource.attributes["table"])


def stands_on(resource: Resource) -> str | None:
    """The table that an object stands on, where the way of a repair depends on it."""
    match kind(resource.address) if resource.address.type == "schema" else None:
        case "column" | "constraint":
            return parts(resource.address)[0]
        case "index":
            return str(resource.attributes["table"])
    return None
