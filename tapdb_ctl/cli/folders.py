"""Writes a folder of files whole or not at all, and only where nothing of somebody else's would be lost."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tapdb_ctl.cli import saving
from tapdb_ctl.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import PurePosixPath

LIST = ".tapdb-export"
"""The file that makes a folder an export: the SHA-256 and path of every other, as `sha256sum --check` reads them."""

_STAGING = ".tapdb-export-"
_NAMED = 5


def replace(directory: Path, files: Mapping[PurePosixPath, str]) -> None:
    """Make `directory` hold exactly these files, by paths inside it.

    It is new, empty, or an earlier export that nobody changed, else RefusedError. Everything is written beside what is
    there before anything of it is moved. Raises TapdbError when that fails; what was there then stays.
    """
    if strangers := list(_strangers(directory)):
        raise _occupied(directory, strangers)
    is_new = not directory.exists()
    staging = None
    try:
        directory.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=directory))
        _write(staging / "new", files)
        _swap(directory, staging)
    except OSError as error:
        if is_new:
            _remove(directory)
        raise saving.unwritable(Path(error.filename or directory), error) from error
    finally:
        if staging:
            _remove(staging)


def _write(folder: Path, files: Mapping[PurePosixPath, str]) -> None:
    folder.mkdir()
    lines = []
    for name, text in sorted(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:  # two names may be one to the file system
            file.write(text.encode())
        lines.append(f"{_digest(path)}  {name}\n")
    (folder / LIST).write_text("".join(lines), encoding="utf-8")


def _swap(directory: Path, staging: Path) -> None:
    """Move what is there away and what is new in; what was moved goes back when that fails."""
    (staging / "old").mkdir()
    moved: list[tuple[Path, Path]] = []
    try:
        for source, target in _moves(directory, staging):
            source.rename(target)
            moved.append((target, source))
    except OSError:
        for target, source in reversed(moved):
            target.rename(source)
        raise


def _moves(directory: Path, staging: Path) -> Iterator[tuple[Path, Path]]:
    old = [entry for entry in sorted(directory.iterdir()) if entry != staging]
    yield from ((entry, staging / "old" / entry.name) for entry in old)
    # The list comes last: without it the folder is nobody's export, whatever it holds.
    new = sorted((staging / "new").iterdir(), key=lambda entry: (entry.name == LIST, entry.name))
    yield from ((entry, directory / entry.name) for entry in new)


def _strangers(directory: Path) -> Iterator[str]:
    """What is in the folder and was not left by an export as it is now."""
    if not directory.exists():
        return
    if not directory.is_dir():
        yield str(directory)
        return
    known = _listed(directory / LIST)
    for path in _files(directory):
        name = path.relative_to(directory).as_posix()
        if name != LIST and (path.is_symlink() or known.get(name) != _digest(path)):
            yield name


def _files(directory: Path) -> Iterator[Path]:
    """Everything that is no folder, and links to folders."""
    for parent, folders, names in os.walk(directory):
        folders.sort()
        links = [name for name in folders if Path(parent, name).is_symlink()]
        yield from (Path(parent, name) for name in sorted([*names, *links]))


def _listed(path: Path) -> dict[str, str]:
    """The digests that an export left, by path; none where there is no list."""
    with suppress(FileNotFoundError):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    return {}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _occupied(directory: Path, strangers: list[str]) -> RefusedError:
    rest = f" and {len(strangers) - _NAMED:,} more" if len(strangers) > _NAMED else ""
    return RefusedError.of(
        "CLI030",
        "the folder holds what no export left there",
        f"{directory}: {', '.join(strangers[:_NAMED])}{rest}",
        "name a new or an empty folder, or an earlier export; move what was changed there out of the way first",
    )
