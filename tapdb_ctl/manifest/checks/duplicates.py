"""A code stands for one template, and has one owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.manifest.codes import finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.entries import Entry


def duplicate_findings(catalogs: Iterable[tuple[str, Sequence[Entry]]]) -> Iterator[Finding]:
    """Codes that are declared twice, within a catalogue or by two; takes (catalogue, its templates)."""
    first: dict[str, tuple[str, Entry]] = {}
    for catalog, entries in catalogs:
        for entry in entries:
            owner, other = first.setdefault(entry.code, (catalog, entry))
            if other is entry and owner == catalog:
                continue
            if owner == catalog:
                detail = f"{entry.code} is also declared in {other.file}"
                yield finding("TPL006", detail, "remove one, or give it another version", origin=entry.origin())
            else:
                detail = f"{entry.code} is declared by {owner} ({other.file}) and by {catalog} ({entry.file})"
                yield finding(
                    "TPL007", detail, "a template has one owner: remove it from one catalogue", origin=entry.origin()
                )
