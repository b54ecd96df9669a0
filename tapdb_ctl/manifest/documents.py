"""What reading a file gives: its documents as plain values, and what is wrong with the file."""

from __future__ import annotations

from dataclasses import dataclass, replace
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


def without_unstorable(document: Document) -> Parsed:
    """The document without what PostgreSQL could not store, and a finding for each; no document if it is too deep."""
    wrong = tuple(_unstorable(document, code, path, why) for code, path, why in storable.problems(document.value))
    if any(each.code == "MAN008" for each in wrong):
        return Parsed((), wrong)
    return Parsed((replace(document, value=storable.cleaned(document.value)),), wrong)


def _unstorable(document: Document, code: str, path: Path, why: str) -> Finding:
    return finding(code, why, _HINTS[code], origin=document.origin(*path))
