"""What applications hand over for each new instance, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from tapdb_ctl.errors import Finding, InvalidInputError
from tapdb_ctl.runtime import storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_KEY = 500
"""Characters of an idempotency key; PostgreSQL's indexes hold entries of some 2,700 bytes."""


class NewInstance(NamedTuple):
    """An instance to be made; mappings with these keys do as well.

    `json_addl` is laid over what the template gives, and `properties` over its properties, object by object. `bstatus`
    is the template's default status where it is None. A row with an `idempotency_key` that this template has met
    before stands for the instance of then, whatever else it says.
    """

    name: str
    properties: Mapping[str, Any] | None = None
    bstatus: str | None = None
    json_addl: Mapping[str, Any] | None = None
    idempotency_key: str | None = None


Given: TypeAlias = NewInstance | Mapping[str, Any]

FIELDS = frozenset(NewInstance._fields)
_NOTHING = [None, None, None]


class Refused(NamedTuple):
    """A row that cannot be written, and why; `number` counts rows or lines from 1."""

    number: int
    finding: Finding
    weight: int = 0


def checked(given: object) -> NewInstance | Finding:
    """The row as a value, or what is wrong with it."""
    if isinstance(given, NewInstance):
        row = given
    elif type(given) is not dict and not isinstance(given, Mapping):
        return malformed(f"{type(given).__name__} is no mapping")
    elif not given.keys() <= FIELDS:
        return malformed(f"{', '.join(sorted(map(repr, given.keys() - FIELDS)))} is not known")
    else:
        row = NewInstance(**given) if "name" in given else NewInstance("")
    if problem := _problem(row):
        return malformed(problem)
    return row


def told(name: object, properties: object) -> None:
    """Raise InvalidInputError where an instance cannot be called so, or its properties are none."""
    problems = ["name is missing"] if name is None else []
    problems += [*text_problems(name=name), *document_problems(properties, None)]
    if problems:
        raise InvalidInputError(*map(malformed, problems))


def malformed(problem: str) -> Finding:
    """What is said of a row that is none."""
    known = ", ".join(sorted(FIELDS - {"name"}))
    return Finding("RUN060", "a row is not what an instance is made of", problem, f"it has a name and may have {known}")


def refuse(word: str, rows: Iterable[Refused]) -> None:
    """Raise InvalidInputError if there are any, each called by `word` and its number."""
    findings = [located(finding, f"{word} {number}") for number, finding, _ in rows]
    if findings:
        raise InvalidInputError(*findings)


def located(finding: Finding, where: str) -> Finding:
    """The finding, saying which row it is about."""
    return replace(finding, detail=f"{where}: {finding.detail}")


def text_problems(**texts: object) -> Iterator[str]:
    """What is wrong with texts, of which None is none."""
    for field, text in texts.items():
        if text is None:
            continue
        if not isinstance(text, str):
            yield f"{field} is not a text"
        elif not storable.is_text(text):
            yield f"{field} holds characters that PostgreSQL cannot store"


def document_problems(properties: object, json_addl: object) -> Iterator[str]:
    """What is wrong with either; None stands for nothing."""
    if not isinstance(properties, Mapping | None):
        yield "properties is no mapping"
    if not isinstance(json_addl, Mapping | None):
        yield "json_addl is no mapping"
    elif json_addl and not isinstance(json_addl.get("properties", {}), Mapping):
        yield "json_addl.properties is no mapping"


def _problem(row: NewInstance) -> str | None:
    name, properties, *others = row
    if type(name) is str and name and name.isprintable() and type(properties) is dict and others == _NOTHING:
        return None
    return next(_problems(row), None)


def _problems(row: NewInstance) -> Iterator[str]:
    if not row.name:
        yield "name is missing"
    yield from text_problems(name=row.name, bstatus=row.bstatus, idempotency_key=row.idempotency_key)
    if row.idempotency_key is not None and not 0 < len(row.idempotency_key) <= MAX_KEY:
        yield f"idempotency_key has {len(row.idempotency_key)} characters, not 1 to {MAX_KEY}"
    yield from document_problems(row.properties, row.json_addl)
