"""A catalogue's files to validated templates, each file read once however many environments share it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from tapdb_ctl.errors import ManifestError
from tapdb_ctl.manifest import declarations, discovery, reading, shapes
from tapdb_ctl.manifest.checks.discriminators import discriminator_findings
from tapdb_ctl.manifest.checks.patterns import pattern_findings
from tapdb_ctl.manifest.checks.prefixes import reserved_findings
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.entries import Entry
from tapdb_ctl.manifest.models.catalog import CatalogEnvelope
from tapdb_ctl.manifest.models.template import Template

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tapdb_ctl.core.jsonvalue import Path as Keys
    from tapdb_ctl.errors import Finding, Origin
    from tapdb_ctl.manifest.documents import Document

_TEMPLATES = TypeAdapter(list[Template])
_ENVELOPE = TypeAdapter(CatalogEnvelope)


@dataclass(frozen=True, slots=True)
class Pack:
    """What a file or a catalogue holds; `broken` are codes of templates that are declared but not valid."""

    entries: tuple[Entry, ...] = ()
    broken: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Reader:
    """Reads catalogues; remembers the files that it has read."""

    packs: dict[Path, Pack] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def read(self, directory: Path, pattern: str, origin: Origin) -> Pack:
        """Everything that a catalogue's `path` leads to."""
        try:
            files = discovery.catalog_files(directory, pattern, origin)
        except ManifestError as error:
            return Pack(findings=error.findings)
        packs = [self._file(path) for path in files]
        entries = tuple(entry for pack in packs for entry in pack.entries)
        broken = frozenset[str]().union(*(pack.broken for pack in packs))
        return Pack(entries, broken, tuple(wrong for pack in packs for wrong in pack.findings))

    def _file(self, path: Path) -> Pack:
        key = path.resolve()
        if key not in self.packs:
            self.packs[key] = _read(path)
            self.used.add(discovery.shown(path))
        return self.packs[key]


def _read(path: Path) -> Pack:
    parsed = reading.read(path)
    entries: list[Entry] = []
    broken: set[str] = set()
    wrong = list(parsed.findings)
    for document in parsed.documents:
        if complaint := declarations.unknown(document):
            wrong.append(complaint)
        elif not declarations.is_kind(document, declarations.ENVIRONMENT):
            pack = validated(document)
            entries += pack.entries
            broken |= pack.broken
            wrong += pack.findings
    return Pack(tuple(entries), frozenset(broken), tuple(wrong))


def validated(document: Document) -> Pack:
    """The templates of a pack or a TemplateCatalog, those that are broken left aside."""
    value: Any = document.value
    wrong: list[Finding] = []
    keys: Keys = ("templates",)
    if declarations.is_kind(document, declarations.CATALOG):
        keys = ("spec", "templates")
        wrong += _envelope(document, value)
        value = value.get("spec")
    raw = value.get("templates") if isinstance(value, dict) else None
    if not isinstance(raw, list):
        if not wrong:
            wrong.append(
                finding(
                    "TPL003", f"templates is {shapes.described(raw)}", "it takes a list", origin=document.origin(*keys)
                )
            )
        return Pack(findings=tuple(wrong))
    return _templates(document, keys, raw, wrong)


def _envelope(document: Document, value: Any) -> Iterator[Finding]:
    try:
        _ENVELOPE.validate_python(value)
    except ValidationError as error:
        yield from shapes.findings(error, shapes.CATALOG, lambda path: document.origin(*path))


def _templates(document: Document, keys: Keys, raw: list[Any], wrong: list[Finding]) -> Pack:
    """Validate all at once; where that fails, again without those that failed."""
    bad: set[int] = set()
    try:
        templates = _TEMPLATES.validate_python(raw)
    except ValidationError as error:
        wrong += shapes.findings(error, shapes.TEMPLATES, lambda path: document.origin(*keys, *path))
        bad = {int(detail["loc"][0]) for detail in error.errors(include_url=False, include_input=False)}
        templates = _TEMPLATES.validate_python([item for index, item in enumerate(raw) if index not in bad])
    good = (index for index in range(len(raw)) if index not in bad) if bad else range(len(raw))
    entries = tuple(
        Entry(template.code, template, raw[index].get("json_addl", {}), document.file, document.number, (*keys, index))
        for index, template in zip(good, templates, strict=True)
    )
    broken = frozenset(code for index in bad if (code := _code(raw[index])))
    for check in (discriminator_findings, pattern_findings, reserved_findings):
        wrong += check(entries)
    return Pack(entries, broken, tuple(wrong))


def _code(raw: object) -> str | None:
    """The code that a broken template would have, so that references to it are not reported as well."""
    if not isinstance(raw, dict):
        return None
    parts = [raw.get(part) for part in ("category", "type", "subtype", "version")]
    return "/".join(map(str, parts)) if None not in parts else None
