"""Which files a path means: nothing is opened here."""

from __future__ import annotations

import os
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING

from tapdb_ctl.errors import ManifestError
from tapdb_ctl.manifest.codes import finding

if TYPE_CHECKING:
    from tapdb_ctl.errors import Finding, Origin

_SUFFIXES = (".json", ".yaml", ".yml")
_SKIPPED = ("_", ".", "tapdb-config")


def shown(path: Path) -> str:
    """The path as findings show it: relative to the working directory where it is below that, without `..`."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` would follow links and show another name
    try:
        return str(absolute.relative_to(Path.cwd()))
    except ValueError:
        return str(absolute)


def manifest_files(path: Path) -> list[Path]:
    """The manifests that a path means: a file itself, a folder's YAML and JSON files but not its subfolders'.

    Raises ManifestError when there is none.
    """
    if not path.is_dir():
        return [_existing(path, "name a manifest with -f, or write one with tapdb init")]
    found = sorted(child for child in path.iterdir() if _is_ours(child.name) and child.is_file())
    if not found:
        raise ManifestError(
            finding("MAN018", f"{shown(path)} holds no YAML or JSON file", "tapdb init writes a first one")
        )
    return found


def catalog_files(directory: Path, pattern: str, origin: Origin) -> list[Path]:
    """The pack files that a catalogue's `path` means: a folder with its subfolders, a file, or a glob.

    Raises ManifestError when there is none.
    """
    try:
        found = _catalog_files(directory, pattern, origin)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise ManifestError(finding("MAN001", f"{pattern}: {_reason(error)}", origin=origin)) from error
    if not found:
        hint = f"it is looked for from {shown(directory)}; files that begin with _ or . are skipped"
        raise ManifestError(finding("MAN001", f"{pattern} holds no YAML or JSON file", hint, origin=origin))
    return found


def files_below(path: Path) -> list[Path]:
    """A file itself; of a folder the files that a catalogue's would be. Raises ManifestError and OSError."""
    return sorted(_walk(path)) if path.is_dir() else [_existing(path, "check the path")]


def _catalog_files(directory: Path, pattern: str, origin: Origin) -> list[Path]:
    path = directory / pattern
    if path.is_dir():
        return sorted(_walk(path))
    if has_magic(pattern):
        found = glob(pattern, root_dir=directory, recursive=True)  # noqa: PTH207 - Path.glob refuses absolute patterns
        matches = (directory / match for match in found)
        return sorted(match for match in matches if _is_ours(match.name) and match.is_file())
    return [_existing(path, f"relative paths are seen from {shown(directory)}", origin)]


def _existing(path: Path, hint: str, origin: Origin | None = None) -> Path:
    """The path, if it is a file: a pipe or a device could keep the reader waiting for ever."""
    if not path.is_file():
        why = "it is not a regular file" if path.exists() else "there is no such file or folder"
        raise ManifestError(finding("MAN001", f"{shown(path)}: {why}", hint, origin=origin))
    return path


def _walk(folder: Path) -> list[Path]:
    found = []
    for parent, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if not name.startswith(_SKIPPED)]
        found += [Path(parent, name) for name in files if _is_ours(name)]
    return found


def _is_ours(name: str) -> bool:
    return name.endswith(_SUFFIXES) and not name.startswith(_SKIPPED)


def _raise(error: OSError) -> None:
    raise error


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def unreadable(path: Path, error: OSError) -> Finding:
    """What to say of a file that cannot be opened."""
    return finding("MAN001", f"{shown(path)}: {_reason(error)}", "check the path and its permissions")
