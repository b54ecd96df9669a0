"""A document that carries templates to the templates that are valid, and findings about the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from tapdb_ctl.manifest import declarations, shapes
from tapdb_ctl.manifest.checks.discriminators import discriminator_findings
from tapdb_ctl.manifest.checks.indexes import index_findings
from tapdb_ctl.manifest.checks.patterns import pattern_findings
from tapdb_ctl.manifest.checks.prefixes import reserved_findings
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.entries import Entry
from tapdb_ctl.manifest.models.catalog import CatalogEnvelope
from tapdb_ctl.manifest.models.template import Template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.jsonvalue import Path as Keys
    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.checks.defaults import SchemaChecks
    from tapdb_ctl.manifest.documents import Document

_TEMPLATES = TypeAdapter(list[Template])
_ENVELOPE = TypeAdapter(CatalogEnvelope)
_CHECKS = (discriminator_findings, pattern_findings, reserved_findings, index_findings)


@dataclass(frozen=True, slots=True)
class Pack:
    """What a file or a catalogue holds; `broken` are codes of templates that are declared but not valid."""

    entries: tuple[Entry, ...] = ()
    broken: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()

    @classmethod
    def joined(cls, packs: list[Pack]) -> Pack:
        """Several packs as one, in their order."""
        return cls(
            tuple(entry for pack in packs for entry in pack.entries),
            frozenset[str]().union(*(pack.broken for pack in packs)),
            tuple(wrong for pack in packs for wrong in pack.findings),
        )


def validated(document: Document, schemas: SchemaChecks) -> Pack:
    """The templates of a TAPDB pack or a TemplateCatalog, each judged by itself."""
    value: Any = document.value
    wrong: list[Finding] = []
    keys: Keys = ("templates",)
    if declarations.is_kind(document, declarations.CATALOG):
        keys = ("spec", "templates")
        wrong += _envelope(document)
        value = value.get("spec")
    raw = value.get("templates") if isinstance(value, dict) else None
    if not isinstance(raw, list):
        detail = f"{shapes.dotted(keys)} is {shapes.described(raw)}"
        wrong = wrong or [finding("TPL003", detail, "it takes a list", origin=document.origin(*keys))]
        return Pack(findings=tuple(wrong))
    good, bad, complaints = _templates(document, keys, raw)
    entries = tuple(
        Entry(template.code, template, document.file, document.number, (*keys, index)) for index, template in good
    )
    wrong += complaints
    for check in (*_CHECKS, schemas.findings):
        wrong += check(entries)
    return Pack(entries, frozenset(code for index in bad if (code := _code(raw[index]))), tuple(wrong))


def _envelope(document: Document) -> Iterator[Finding]:
    try:
        _ENVELOPE.validate_python(document.value)
    except ValidationError as error:
        yield from shapes.findings(error, shapes.CATALOG, lambda path: document.origin(*path))


def _templates(
    document: Document, keys: Keys, raw: list[Any]
) -> tuple[list[tuple[int, Template]], set[int], list[Finding]]:
    """(valid templates by index, indexes of the others, findings): all at once, or again without those that fail."""
    try:
        return list(enumerate(_TEMPLATES.validate_python(raw))), set(), []
    except ValidationError as error:
        wrong = list(shapes.findings(error, shapes.TEMPLATES, lambda path: document.origin(*keys, *path)))
        bad = {int(detail["loc"][0]) for detail in error.errors(include_url=False, include_input=False)}
    kept = [index for index in range(len(raw)) if index not in bad]
    templates = _TEMPLATES.validate_python([raw[index] for index in kept])
    return list(zip(kept, templates, strict=True)), bad, wrong


def _code(raw: object) -> str | None:
    """The code that a broken template would have, so that references to it are not reported as well."""
    if not isinstance(raw, dict):
        return None
    parts = [raw.get(part) for part in ("category", "type", "subtype", "version")]
    return "/".join(map(str, parts)) if None not in parts else None
