"""A catalogue's files to its templates, each file read once however many environments share it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tapdb_ctl.errors import ManifestError
from tapdb_ctl.manifest import declarations, discovery, reading
from tapdb_ctl.manifest.checks.defaults import SchemaChecks
from tapdb_ctl.manifest.packs import Pack, validated

if TYPE_CHECKING:
    from pathlib import Path

    from tapdb_ctl.errors import Origin
    from tapdb_ctl.manifest.documents import Document


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads catalogues; remembers the files that it has read and the schemas that it has compiled."""

    packs: dict[Path, Pack] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    schemas: SchemaChecks = field(default_factory=SchemaChecks)

    def read(self, directory: Path, pattern: str, origin: Origin) -> Pack:
        """Everything that a catalogue's `path` leads to."""
        try:
            files = discovery.catalog_files(directory, pattern, origin)
        except ManifestError as error:
            return Pack(findings=error.findings)
        return Pack.joined([self._file(path) for path in files])

    def document(self, document: Document) -> Pack:
        """The templates of one document, which may be an Environment and then has none."""
        if complaint := declarations.unknown(document):
            return Pack(findings=(complaint,))
        if declarations.is_kind(document, declarations.ENVIRONMENT):
            return Pack()
        return validated(document, self.schemas)

    def _file(self, path: Path) -> Pack:
        key = path.resolve()
        if key not in self.packs:
            parsed = reading.read(path)
            self.packs[key] = Pack.joined([Pack(findings=parsed.findings), *map(self.document, parsed.documents)])
            self.used.add(discovery.shown(path))
        return self.packs[key]
