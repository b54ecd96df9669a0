"""Validated templates with their places, and finding one by its code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from tapdb_ctl.errors import Origin
from tapdb_ctl.manifest.models.template import PART
from tapdb_ctl.versions import LATEST, version_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tapdb_ctl.core.jsonvalue import Path
    from tapdb_ctl.manifest.models.template import Template

_CODE = re.compile(rf"{PART}/{PART}/{PART}/({PART}|\*)/?")


class Entry(NamedTuple):
    """One template and where its array element stands."""

    code: str
    template: Template
    file: str
    document: int
    path: Path

    @property
    def json_addl(self) -> dict[str, Any]:
        """What the template's json_addl holds, known keys and the application's alike."""
        return cast("dict[str, Any]", self.template.json_addl)

    def origin(self, *path: str | int) -> Origin:
        """Where a part of the template stands."""
        return Origin(self.file, self.document, (*self.path, *path))


@dataclass(frozen=True, slots=True)
class Known:
    """The templates that references in one environment may lead to.

    `broken` are codes of templates that are declared but not valid: a reference to one is not reported as well.
    """

    entries: dict[str, Entry]
    broken: frozenset[str] = frozenset()
    _latest: dict[str, str] = field(default_factory=dict)
    _similar: dict[tuple[str, ...], str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry], broken: frozenset[str]) -> Known:
        """Everything that is declared; of two templates with one code the first."""
        known: dict[str, Entry] = {}
        for entry in entries:
            known.setdefault(entry.code, entry)
        return cls(known, broken)

    def find(self, code: str) -> Entry | None:
        """The template that a well-formed code means, `*` being its highest version."""
        code = code.removesuffix("/")
        if code.endswith(LATEST):
            code = self._highest(code.removesuffix(LATEST))
        return self.entries.get(code)

    def has(self, code: str) -> bool:
        """Whether a well-formed code leads somewhere."""
        code = code.removesuffix("/")
        if code in self.entries or code in self.broken:
            return True
        stem = code.removesuffix(LATEST)
        return stem != code and (bool(self._highest(stem)) or any(other.startswith(stem) for other in self.broken))

    def like(self, code: str) -> str | None:
        """A code that differs in one part; None when there is none, or more than one."""
        parts = code.removesuffix("/").split("/")
        if not self._similar:
            for other in self.entries:
                for key in _with_gaps(other.split("/")):
                    self._similar[key] = None if key in self._similar else other
        found = {self._similar.get(key) for key in _with_gaps(parts)} - {None}
        return found.pop() if len(found) == 1 else None

    def _highest(self, stem: str) -> str:
        """The code of the highest version under `category/type/subtype/`; empty when there is none."""
        if not self._latest:
            for other in sorted(self.entries, key=lambda each: version_order(each.rpartition("/")[2])):
                self._latest[other.rpartition("/")[0] + "/"] = other
        return self._latest.get(stem, "")


def is_code(text: str) -> bool:
    """Whether the text has the form of a template code, with or without a final slash, `*` allowed as version."""
    return _CODE.fullmatch(text) is not None


def _with_gaps(parts: list[str]) -> list[tuple[str, ...]]:
    """The parts of a code, each left out in turn."""
    return [(*parts[:gap], "", *parts[gap + 1 :]) for gap in range(len(parts))]
