"""Adds catalogues to an Environment document in a user's file; everything else in it stays, comments included."""

from __future__ import annotations

import copy
import io
import os
from typing import TYPE_CHECKING, Any

from tapdb_ctl.errors import ManifestError
from tapdb_ctl.manifest import declarations, reading
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.discovery import shown
from tapdb_ctl.manifest.selecting import chosen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tapdb_ctl.manifest.declarations import Declaration

_WIDE = 2**20
"""A width at which no line is broken."""


def with_catalogs(paths: Sequence[Path], environment: str, folders: Mapping[str, Path]) -> tuple[Path, str] | None:
    """The environment's file and its text with a catalogue for each of `folders` that it does not declare yet.

    None when it declares all of them. Raises ManifestError when the file is not YAML, or would not be the same but
    for the catalogues.
    """
    declaration = chosen(declarations.declared(paths), environment, [])
    assert declaration is not None, "the environment was loaded"
    declared = {entry.get("name") for entry in _catalogs(declaration.body)}
    missing = [
        {"name": name, "path": os.path.relpath(folder, declaration.path.parent)}
        for name, folder in sorted(folders.items())
        if name not in declared
    ]
    return (declaration.path, _rewritten(declaration, missing)) if missing else None


def _rewritten(declaration: Declaration, catalogs: list[dict[str, str]]) -> str:
    before = reading.read(declaration.path)
    if declaration.path.suffix == ".json":
        raise _refused(declaration, "it is not YAML")
    text = _dumped(declaration, catalogs)
    after = reading.parsed(shown(declaration.path), text.encode(), is_json=False)
    expected = [copy.deepcopy(document.value) for document in before.documents]
    _catalogs(expected[declaration.document.number]).extend(catalogs)
    if repr(expected) != repr([document.value for document in after.documents]):
        raise _refused(declaration, "its documents would not be the same")
    return text


def _dumped(declaration: Declaration, catalogs: list[dict[str, str]]) -> str:
    from ruamel.yaml import YAML  # noqa: PLC0415 - half a tenth of a second, for this alone

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _WIDE
    yaml.indent(mapping=2, sequence=4, offset=2)
    documents = list(yaml.load_all(declaration.path.read_text("utf-8")))
    _catalogs(documents[declaration.document.number]).extend(catalogs)
    stream = io.StringIO()
    yaml.dump_all(documents, stream)
    return stream.getvalue()


def _catalogs(environment: Any) -> list[Any]:  # noqa: ANN401 - plain values, or ruamel's with their comments
    """The list of catalogues, put there where it is missing."""
    found: list[Any] = environment["spec"].setdefault("catalogs", [])
    return found


def _refused(declaration: Declaration, why: str) -> ManifestError:
    hint = "add the catalogues to spec.catalogs by hand"
    return ManifestError(finding("MAN020", why, hint, origin=declaration.document.origin("spec")))
