"""What reading a file gives: its documents as plain values, and what is wrong with the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from tapdb_ctl.errors import Finding, Origin
from tapdb_ctl.manifest import storable
from tapdb_ctl.manifest.codes import finding

if TYPE_CHECKING:
    from tapdb_ctl.core.jsonvalue import JsonValue, Path


Raw: TypeAlias = Any
"""A value as parsed, before any model has judged its shape."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file: `number` counts from 0, `value` holds dicts, lists, str, int, Decimal, bool, None."""

    file: str
    number: int
    value: JsonValue

    def origin(self, *path: str | int) -> Origin:
        """Where a part of this document stands."""
        return Origin(self.file, self.number, path)


class Parsed(NamedTuple):
    """The documents of a file that could be read, and every finding about its text."""

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]


_HINTS = {"MAN008": "flatten the document", "MAN010": "remove it; a long number can be written as text, in quotes"}


def unstorable(document: Document) -> list[Finding]:
    """A finding for every value that PostgreSQL could not store."""
    return [_unstorable(document, code, path, why) for code, path, why in storable.problems(document.value)]


def _unstorable(document: Document, code: str, path: Path, why: str) -> Finding:
    return finding(code, why, _HINTS[code], origin=document.origin(*path))
