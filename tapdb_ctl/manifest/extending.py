"""`spec.extends`: one Environment as a JSON Merge Patch (RFC 7386) over another."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tapdb_ctl.errors import ManifestError, Origin
from tapdb_ctl.manifest import reading
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.declarations import ENVIRONMENT, Declaration, is_kind, unknown
from tapdb_ctl.manifest.discovery import shown
from tapdb_ctl.manifest.models.database import SYSTEM_CERTIFICATES

if TYPE_CHECKING:
    from tapdb_ctl.core.jsonvalue import Path as Keys
    from tapdb_ctl.manifest.documents import Document, Raw


@dataclass(frozen=True, slots=True)
class Extended:
    """An environment with everything it extends merged in; `layers` are its documents, its own first."""

    declaration: Declaration
    value: dict[str, Any]
    layers: tuple[Document, ...]

    @property
    def place(self) -> tuple[str, int]:
        """The file and number of the environment's own document."""
        return self.layers[0].file, self.layers[0].number

    @property
    def bases(self) -> set[tuple[str, int]]:
        """The places of the documents that it extends."""
        return {(layer.file, layer.number) for layer in self.layers[1:]}

    @property
    def directory(self) -> Path:
        """The folder that relative paths are seen from."""
        return self.declaration.path.parent

    def origin(self, path: Keys) -> Origin:
        """Where a part of the merged value was written: the first layer that has it, or most of it."""
        best = max(self.layers, key=lambda layer: _reach(layer.value, path))
        return Origin(best.file, best.number, path)


def extended(declaration: Declaration) -> Extended:
    """Follow `extends` to its end and merge; raises ManifestError when that cannot be done."""
    chain = [declaration]
    while (target := _extends(chain[-1])) is not None:
        base = _base(chain[-1], target)
        if any(_same(base, seen) for seen in chain):
            raise _cannot(chain[-1], f"{target} extends it in turn")
        chain.append(base)
    value = _rebased(chain[-1], declaration.path.parent)
    for layer in reversed(chain[:-1]):
        value = merge_patch(value, _rebased(layer, declaration.path.parent))
    return Extended(declaration, value, tuple(layer.document for layer in chain))


def merge_patch(target: Raw, patch: Raw) -> Raw:
    """RFC 7386, section 2: mappings merge, null removes, anything else replaces; `target` is not changed."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def _reach(value: Raw, path: Keys) -> int:
    """How much of the path exists in a value."""
    for depth, part in enumerate(path):
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return depth
    return len(path)


def _extends(declaration: Declaration) -> str | None:
    spec = declaration.body.get("spec")
    target = spec.get("extends") if isinstance(spec, dict) else None
    return target if isinstance(target, str) else None


def _base(declaration: Declaration, target: str) -> Declaration:
    path = declaration.path.parent / target
    if not _is_file(path):
        raise _cannot(
            declaration, f"there is no file {target}", f"it is looked for from {shown(declaration.path.parent)}"
        )
    parsed = reading.read(path)
    if parsed.findings:
        raise ManifestError(*parsed.findings)
    bases = [document for document in parsed.documents if not unknown(document) and is_kind(document, ENVIRONMENT)]
    if len(bases) != 1:
        raise _cannot(declaration, f"{target} holds {len(bases)} environments", "give the base a file of its own")
    return Declaration(path, bases[0])


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no file can have, such as one that is too long
        return False


def _cannot(declaration: Declaration, detail: str, hint: str = "extend another file, or none") -> ManifestError:
    return ManifestError(finding("ENV007", detail, hint, origin=declaration.document.origin("spec", "extends")))


def _same(one: Declaration, other: Declaration) -> bool:
    return one.path.resolve() == other.path.resolve() and one.document.number == other.document.number


def _rebased(layer: Declaration, directory: Path) -> dict[str, Any]:
    """The layer's document with its relative paths as seen from `directory`, and without `extends`."""
    body = dict(layer.body)
    if not isinstance(spec := body.get("spec"), dict):
        return body
    spec = {key: value for key, value in spec.items() if key != "extends"}
    prefix = os.path.relpath(layer.path.parent, directory)
    if prefix != ".":
        spec = _with_prefix(spec, prefix)
    return {**body, "spec": spec}


def _with_prefix(spec: dict[str, Any], prefix: str) -> dict[str, Any]:
    changed = dict(spec)
    if isinstance(catalogs := spec.get("catalogs"), list):
        changed["catalogs"] = [_joined(catalog, ("path",), prefix) for catalog in catalogs]
    if isinstance(database := spec.get("database"), dict):
        files = ("data_dir",) if database.get("sslrootcert") == SYSTEM_CERTIFICATES else ("data_dir", "sslrootcert")
        moved = _joined(database, files, prefix)
        if "password" in database:
            moved["password"] = _joined(database["password"], ("file",), prefix)
        changed["database"] = moved
    return changed


def _joined(value: Raw, keys: tuple[str, ...], prefix: str) -> Raw:
    if not isinstance(value, dict):
        return value
    moved = {key: str(Path(prefix, value[key])) for key in keys if isinstance(value.get(key), str)}
    return {**value, **moved}
