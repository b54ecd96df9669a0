"""`${var.NAME}` in environments: where values come from, and how they are put in.

`--var` beats `--var-file` beats `TAPDB_VAR_NAME` beats the document's own `vars:`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from tapdb_ctl.errors import Finding, ManifestError, Origin
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.reading import read
from tapdb_ctl.manifest.text import Filled, Unset, is_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tapdb_ctl.core.jsonvalue import Path as Keys
    from tapdb_ctl.manifest.documents import Raw

Lookup: TypeAlias = "Callable[[str], str | None]"
Report: TypeAlias = "Callable[[str, str, Keys], None]"

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REFERENCE = re.compile(r"\$\{var\.([^}]*)(\}?)")
_ENVIRON = "TAPDB_VAR_"


@dataclass(frozen=True, slots=True)
class Variables:
    """The values that the caller gives; they may be secret, so no repr shows them.

    `assigned` are the names that were given one by one: each must be one that the manifests know.
    """

    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    assigned: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, assignments: Iterable[str] = (), files: Sequence[Path] = (), environ: Mapping[str, str] | None = None
    ) -> Variables:
        """From `--var NAME=VALUE` and `--var-file` arguments and the process environment.

        Of several files the last one wins. Raises ManifestError, saying no value, for what is malformed.
        """
        wrong: list[Finding] = []
        given: dict[str, str] = {}
        assigned = set()
        for file in files:
            given |= _from_file(file, wrong)
        for assignment in assignments:
            name, equals, value = assignment.partition("=")
            if equals and _NAME.fullmatch(name):
                given[name] = value
                assigned.add(name)
            else:
                wrong.append(finding("VAR003", f"--var {name if equals else '…'}", "write --var NAME=VALUE"))
        if wrong:
            raise ManifestError(*wrong)
        return cls(given, environ or {}, frozenset(assigned))

    def get(self, name: str) -> str | None:
        """The value given for a variable."""
        return self.given.get(name, self.environ.get(_ENVIRON + name))


def references(value: Raw) -> Iterator[str]:
    """The names of all well-formed references in a value."""
    match value:
        case dict():
            for child in value.values():
                yield from references(child)
        case list():
            for child in value:
                yield from references(child)
        case str():
            yield from (name for name, closed in _REFERENCE.findall(value) if closed and _NAME.fullmatch(name))
        case _:
            pass


def fill(value: Raw, lookup: Lookup, report: Report, path: Keys) -> Raw:
    """`value`, which stands at `path`, with every reference in its texts filled.

    `report(code, detail, path)` hears of what cannot be filled; such a text becomes `Unset`. Recursion is bounded
    by the depth of documents.
    """
    if isinstance(value, dict):
        return {key: fill(child, lookup, report, (*path, key)) for key, child in value.items()}
    if isinstance(value, list):
        return [fill(child, lookup, report, (*path, index)) for index, child in enumerate(value)]
    if isinstance(value, str) and "${var." in value:
        return _text(value, lookup, report, path)
    return value


def _text(text: str, lookup: Lookup, report: Report, path: Keys) -> str:
    missing = False

    def replacement(reference: re.Match[str]) -> str:
        nonlocal missing
        name, closed = reference.groups()
        well_formed = closed and _NAME.fullmatch(name)
        value = lookup(name) if well_formed else None
        if value is not None and is_text(value):
            return value
        missing = True
        report("VAR002" if not well_formed else "VAR001" if value is None else "VAR004", name, path)
        return ""

    filled = _REFERENCE.sub(replacement, text)
    return Unset(text) if missing else Filled(filled)


def as_text(value: object) -> str:
    """A variable's value as text, as it would stand in YAML."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _from_file(path: Path, wrong: list[Finding]) -> dict[str, str]:
    parsed = read(path)
    wrong.extend(parsed.findings)
    given = {}
    for document in parsed.documents:
        if not isinstance(document.value, dict):
            wrong.append(finding("VAR003", "a variable file is a mapping of names to values", origin=document.origin()))
            continue
        for name, value in document.value.items():
            if _NAME.fullmatch(name) and value is not None and not isinstance(value, dict | list):
                given[name] = as_text(value)
            else:
                wrong.append(
                    finding(
                        "VAR003",
                        f"{name} is no name, or has no plain value",
                        origin=Origin(document.file, document.number, (name,)),
                    )
                )
    return given
