"""The files that a new project starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.assets import asset
from tapdb_ctl.cli import saving
from tapdb_ctl.cli.schema import Kind, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IGNORED = ".tapdb/"
"""What Git should not see: the embedded server's data, and schemas that `tapdb init` writes again."""

ENVIRONMENT = "dev"
"""What the manifest declares."""

_MANIFEST = f"manifests/{ENVIRONMENT}.yaml"
_CATALOG = "templates/core"
_SCHEMAS = ".tapdb/schema"


def write(directory: Path) -> Iterator[tuple[Path, bool]]:
    """Write each file that is not there, telling its path and whether it was written.

    The JSON Schemas under .tapdb are tapdb's own and follow its version. Raises TapdbError when the
    folder cannot be written.
    """
    for name, content in _files():
        path = directory / name
        try:
            yield path, _create(path, content)
        except OSError as error:
            raise saving.unwritable(path, error) from error
    for kind in Kind:
        path = directory / _SCHEMAS / f"{kind}.schema.json"
        fresh = text(kind)
        if not (path.is_file() and path.read_text(encoding="utf-8") == fresh):
            saving.write(path, fresh, make_folder=True)
            yield path, True
        else:
            yield path, False


def unignored(directory: Path) -> bool:
    """Whether a .gitignore that was there before lets Git see what it should not."""
    lines = (directory / ".gitignore").read_text(encoding="utf-8", errors="replace").split()
    return not {IGNORED, IGNORED.rstrip("/"), f"/{IGNORED}", f"/{IGNORED.rstrip('/')}"} & set(lines)


def _files() -> Iterator[tuple[str, str]]:
    comment = f"# yaml-language-server: $schema=../{_SCHEMAS}/{Kind.ENVIRONMENT}.schema.json\n"
    yield _MANIFEST, comment + asset(_MANIFEST).read_text(encoding="utf-8")
    root = asset(_CATALOG)
    for path in sorted(root.rglob("*")):
        if path.is_file():
            yield f"{_CATALOG}/{path.relative_to(root).as_posix()}", path.read_text(encoding="utf-8")
    yield ".gitignore", f"{IGNORED}\n"


def _create(path: Path, content: str) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True
