"""Rows that would make a repair fail: counted while planning, so that no apply is begun that must roll back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.core.step import identifier
from tapdb_ctl.errors import Finding, Severity
from tapdb_ctl.providers.postgres.schema.names import address, kind, parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.jsonvalue import Attributes
    from tapdb_ctl.core.resource import Desired, Resource
    from tapdb_ctl.providers.postgres.session import Session

_UNIQUE_INDEX = re.compile(r"CREATE UNIQUE INDEX \S+ ON (\w+) USING btree \(([\w, ]+)\)(?: WHERE (.*))?")
_UNIQUE_PROPERTY = re.compile(r"(?s)CREATE UNIQUE INDEX \w+ ON (\w+) USING btree \((tapdb_property_.+)\) WHERE (.+)")
_UNIQUE = re.compile(r"(?:UNIQUE|PRIMARY KEY) \(([\w, ]+)\)")
_CHECK = re.compile(r"CHECK (\(.*\))")
_FOREIGN = re.compile(r"FOREIGN KEY \((\w+)\) REFERENCES (\w+)\((\w+)\)")


SHOWN = 3
"""How many offenders a finding names."""


class _Question(NamedTuple):
    """`sql` gives offenders as text, one more than are shown; `offence` says what they do."""

    at: Address
    offence: str
    sql: str


def findings(
    session: Session, desired: Desired, live: Mapping[Address, Resource], unseen: Collection[Address]
) -> Iterator[Finding]:
    """An error for each repair that rows of the table forbid, naming the first of them; nobody sees those `unseen`."""
    for question in _questions(desired, live):
        if question.at in unseen:
            yield _unasked(question)
        elif offenders := [found for (found,) in session.rows(question.sql)]:
            more = ", …" if len(offenders) > SHOWN else ""
            yield Finding(
                "PG045",
                "rows stand in the way of a repair",
                f"{question.at}: {question.offence}: {', '.join(offenders[:SHOWN])}{more}",
                f"mend the rows first, or leave the repair out with --exclude '{question.at}'",
                address=str(question.at),
                origin=desired.resources[question.at].origin,
            )


def _unasked(question: _Question) -> Finding:
    return Finding(
        "PG053",
        "rows were not looked at",
        f"{question.at}: this role may not read the table, so whether rows stand in the way of a repair is not known",
        "plan as the role that applies",
        Severity.WARNING,
        address=str(question.at),
    )


def _questions(desired: Desired, live: Mapping[Address, Resource]) -> Iterator[_Question]:
    for at, wanted in desired.resources.items():
        if not _answerable(wanted, live):
            continue
        found = live[at].attributes if at in live else {}
        match kind(at):
            case "index" if found.get("definition") != wanted.attributes["definition"] or not found["valid"]:
                yield from _index(at, wanted.attributes, live)
            case "constraint" if found.get("definition") != wanted.attributes["definition"] or "enforced" in found:
                yield from _constraint(at, wanted.attributes, live)
            case "column" if wanted.attributes["not_null"] and not found.get("not_null"):
                yield from _column(at, wanted.attributes, found, live)


def _answerable(wanted: Resource, live: Mapping[Address, Resource]) -> bool:
    """Whether what a question about it would name is there. A column that is lost comes back empty, or asks itself."""
    if wanted.address.type != "schema":
        return False
    named = [need for need in wanted.needs if need.type == "schema" and kind(need) in {"table", "function"}]
    if kind(wanted.address) in {"index", "constraint"}:
        on = str(wanted.attributes.get("table") or parts(wanted.address)[0])
        named += [need for need in wanted.needs if kind(need) == "column" and parts(need)[0] == on]
    return all(_is_there(need, live) for need in (*named, *filter(None, [wanted.within])))


def _is_there(at: Address, live: Mapping[Address, Resource]) -> bool:
    """A view may have taken a table's name."""
    return at in live and (kind(at) != "table" or live[at].attributes["kind"] == "table")


def _column(
    at: Address, wanted: Attributes, found: Attributes, live: Mapping[Address, Resource]
) -> Iterator[_Question]:
    on, name = parts(at)
    if found:
        yield _Question(at, "these rows have no value", _first(on, _name(on, live), f"{identifier(name)} IS NULL"))
    elif not wanted.keys() & {"default", "identity"}:
        added = f"ALTER TABLE {on} ADD {name} {wanted['type']} NOT NULL DEFAULT"
        offence = f"it is lost, and gets its values by hand ({added} …); these rows need one"
        yield _Question(at, offence, _first(on, _name(on, live), "true"))


def _name(on: str, live: Mapping[Address, Resource]) -> str:
    """How rows of a table are named: by EUID, or by where they lie."""
    return "euid" if address("column", [on, "euid"]) in live else "ctid"


def _index(at: Address, wanted: Attributes, live: Mapping[Address, Resource]) -> Iterator[_Question]:
    if address("table", [str(wanted["table"])]) not in live:
        return
    definition = str(wanted["definition"])
    if match := _UNIQUE_INDEX.fullmatch(definition):
        yield _duplicates(at, match[1], match[2], match[3] or "true")
    elif match := _UNIQUE_PROPERTY.fullmatch(definition):
        yield _repeated(at, *match.groups())


def _constraint(at: Address, wanted: Attributes, live: Mapping[Address, Resource]) -> Iterator[_Question]:
    on, _ = parts(at)
    definition = str(wanted["definition"])
    if unique := _UNIQUE.fullmatch(definition):
        yield _duplicates(at, on, unique[1], "true")
    elif check := _CHECK.fullmatch(definition):
        yield _Question(at, "these rows do not satisfy it", _first(on, _name(on, live), f"NOT {check[1]}"))
    elif (foreign := _FOREIGN.fullmatch(definition)) and address("table", [foreign[2]]) in live:
        column, other, key = foreign.groups()
        there = f"EXISTS (SELECT FROM {other} AS o WHERE o.{key} = t.{column})"
        orphan = f"NOT {there}" if address("column", [other, key]) in live else "true"
        yield _Question(at, f"{other} has no such {key}", _first(on, column, f"{column} IS NOT NULL AND {orphan}"))


def _duplicates(at: Address, on: str, columns: str, predicate: str) -> _Question:
    sql = f"""
        SELECT row({columns})::text
          FROM {identifier(on)}
         WHERE ({columns}) IS NOT NULL AND {predicate}
         GROUP BY {columns}
        HAVING count(*) > 1
         ORDER BY {columns}
         LIMIT {SHOWN + 1}
    """  # noqa: S608  # composed of names and conditions that we ship
    return _Question(at, f"duplicates of ({columns})", sql)


def _repeated(at: Address, on: str, value: str, condition: str) -> _Question:
    sql = f"""
        SELECT array_to_string((array_agg(euid ORDER BY uuid))[:{SHOWN}], ' and ')
          FROM {identifier(on)}
         WHERE {value} IS NOT NULL AND {condition}
         GROUP BY {value}
        HAVING count(*) > 1
         ORDER BY min(uuid)
         LIMIT {SHOWN + 1}
    """  # noqa: S608  # composed of what tapdb_ctl.properties writes
    return _Question(at, "live instances share a value", sql)


def _first(on: str, what: str, condition: str) -> str:
    return f"SELECT t.{what}::text FROM {identifier(on)} AS t WHERE {condition} LIMIT {SHOWN + 1}"  # noqa: S608  # same
