"""The manifests' documents by kind: which environments are declared, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapdb_ctl.errors import Finding, ManifestError, Severity
from tapdb_ctl.manifest import discovery, reading
from tapdb_ctl.manifest.codes import finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import Any

    from tapdb_ctl.manifest.documents import Document

API_VERSION = "tapdb/v1"
ENVIRONMENT, CATALOG = "Environment", "TemplateCatalog"


@dataclass(frozen=True, slots=True)
class Declaration:
    """An Environment document as it stands in its file."""

    path: Path
    document: Document

    @property
    def body(self) -> dict[str, Any]:
        """The document, known to be a mapping."""
        assert isinstance(self.document.value, dict)
        return self.document.value

    @property
    def name(self) -> str | None:
        """The environment's name, if one can be made out."""
        metadata = self.body.get("metadata")
        name = metadata.get("name") if isinstance(metadata, dict) else None
        return name if isinstance(name, str) else None


@dataclass(frozen=True, slots=True)
class Declared:
    """Everything that the manifests declare, and what is wrong with them as files."""

    environments: tuple[Declaration, ...]
    catalogs: tuple[Document, ...]
    findings: tuple[Finding, ...]


def declared(paths: Iterable[Path]) -> Declared:
    """Read every manifest that the paths mean."""
    environments: list[Declaration] = []
    catalogs: list[Document] = []
    wrong: list[Finding] = []
    for path in _files(paths, wrong):
        parsed = reading.read(path)
        wrong.extend(parsed.findings)
        for document in parsed.documents:
            if complaint := unknown(document):
                wrong.append(complaint)
            elif is_kind(document, ENVIRONMENT):
                environments.append(Declaration(path, document))
            else:
                catalogs.append(document)
    wrong.extend(_same_names(environments))
    return Declared(tuple(environments), tuple(catalogs), tuple(wrong))


def is_kind(document: Document, kind: str) -> bool:
    """Whether the document says that it is of this kind."""
    return isinstance(document.value, dict) and document.value.get("kind") == kind


def unknown(document: Document) -> Finding | None:
    """What is wrong with a document whose kind tapdb does not know; None when it does."""
    value = document.value
    if not isinstance(value, dict):
        return finding(
            "MAN014", "it is not a mapping", "a document begins with apiVersion and kind", origin=document.origin()
        )
    if "kind" not in value:
        if "templates" in value:
            return None
        hint = "a manifest has apiVersion and kind, a template pack has templates"
        return finding("MAN014", "it has neither templates nor kind", hint, origin=document.origin())
    if value["kind"] not in (ENVIRONMENT, CATALOG):
        return finding(
            "MAN014", "its kind is unknown", f"kind is {ENVIRONMENT} or {CATALOG}", origin=document.origin("kind")
        )
    if value.get("apiVersion") != API_VERSION:
        path = ("apiVersion",) if "apiVersion" in value else ()
        return finding(
            "MAN015", f"it is not {API_VERSION}", f"write apiVersion: {API_VERSION}", origin=document.origin(*path)
        )
    return None


def unused(document: Document) -> Finding:
    """A TemplateCatalog among the manifests that no environment's catalogues lead to."""
    hint = "name its file in spec.catalogs[].path, or move it to a catalogue's folder"
    return finding(
        "MAN017",
        "it stands among the manifests and no catalogue leads to it",
        hint,
        severity=Severity.WARNING,
        origin=document.origin(),
    )


def _files(paths: Iterable[Path], wrong: list[Finding]) -> list[Path]:
    found: dict[Path, Path] = {}
    for path in paths:
        try:
            found.update(
                (file.resolve(), file) for file in discovery.manifest_files(path) if file.resolve() not in found
            )
        except ManifestError as error:
            wrong.extend(error.findings)
        except OSError as error:
            wrong.append(discovery.unreadable(path, error))
    return list(found.values())


def _same_names(environments: Iterable[Declaration]) -> Iterator[Finding]:
    first: dict[str, Declaration] = {}
    for declaration in environments:
        if (name := declaration.name) is None:
            continue
        if name in first:
            detail = f"{name} is also declared in {first[name].document.file}"
            yield finding(
                "MAN016", detail, "rename one of them", origin=declaration.document.origin("metadata", "name")
            )
        first.setdefault(name, declaration)
