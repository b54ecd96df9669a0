"""How many live instances a changed json_addl_schema would not accept, and which."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from heapq import nsmallest
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.core.impact import Unsatisfied
from tapdb_ctl.core.jsonvalue import JsonValue, depth, digest, parse, path_text
from tapdb_ctl.errors import DatabaseError
from tapdb_ctl.jsonschemas.instances import ASIDE, Judge, Refusal, UnjudgedError
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tapdb_ctl.providers.postgres.impact.limits import Limits
    from tapdb_ctl.providers.postgres.session import Session

EXAMPLES = 5
DEEPEST = 100
"""Levels of JSON that are judged."""
PAGE = 500
"""Documents in one round trip."""
_LONGEST = 200
"""Characters of a path in a plan."""


class _Row(NamedTuple):
    code: str
    uuid: int
    euid: str
    document: str | None


@dataclass(slots=True)
class Trial:
    """One template's schema on its live instances: how many were judged, and which of them it refuses.

    `is_complete` says whether the schema could be applied as a whole.
    """

    judged: int = 0
    is_complete: bool = True
    refused: list[tuple[int, str, Refusal]] = field(default_factory=list)

    def examples(self) -> tuple[Unsatisfied, ...]:
        """The first instances that are refused, by age."""
        first = nsmallest(EXAMPLES, self.refused, key=lambda refused: refused[0])
        return tuple(Unsatisfied(euid, _short(path_text(r.path)), r.rule) for _, euid, r in first)


class _Court:
    """Judges by many schemas; equal schemas share a judge, and equal instances a verdict."""

    def __init__(self, schemas: Mapping[str, JsonValue]) -> None:
        self.trials = {code: Trial() for code in schemas}
        self._schemas = {code: (digest(schema), schema) for code, schema in schemas.items()}
        self._judges: dict[str, Judge] = {}
        self._verdicts: dict[tuple[str, bytes], Refusal | None] = {}

    def take(self, row: _Row) -> None:
        """Judge one instance; what cannot be judged counts as not looked at."""
        if row.document is None:
            return
        key, schema = self._schemas[row.code]
        if key not in self._judges:
            self._judges[key] = Judge(schema)
        try:
            refusal = self._verdict(key, row.document)
        except (UnjudgedError, RecursionError, ValueError):  # deeper or longer than Python reads
            return
        trial = self.trials[row.code]
        trial.judged += 1
        trial.is_complete = self._judges[key].is_complete
        if refusal:
            trial.refused.append((row.uuid, row.euid, refusal))

    def _verdict(self, judge: str, document: str) -> Refusal | None:
        key = judge, sha256(document.encode()).digest()
        if key not in self._verdicts:
            self._verdicts[key] = self._judges[judge].refusal(_parsed(document))
        return self._verdicts[key]


def inspect(session: Session, schemas: Mapping[str, JsonValue], limits: Limits) -> dict[str, Trial]:
    """Try each template's schema on its live instances, page by page until the time or the documents are over.

    Where the server ends it early, what was judged until then stands.
    """
    deadline = monotonic() + limits.judging
    court = _Court(schemas)
    values = {
        "codes": "\n".join(schemas),
        "bytes": limits.bytes,
        "aside": list(ASIDE),
        "documents": limits.share(limits.documents, len(schemas)),
    }
    try:
        with (
            session.hastily(limits.statement),
            closing(session.stream(query("impact_documents"), values, PAGE)) as rows,
        ):
            for row in map(_Row._make, rows):
                court.take(row)
                if monotonic() > deadline:
                    break
    except DatabaseError as error:
        if error.sqlstate is None:
            raise
    return court.trials


def _parsed(document: str) -> JsonValue:
    value = parse(document)
    if depth(value) > DEEPEST:
        raise RecursionError
    return value


def _short(path: str) -> str:
    return path if len(path) <= _LONGEST else f"{path[:_LONGEST]}…"
