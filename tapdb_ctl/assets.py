"""The one finder of the files that ship with tapdb: schema, templates, stacks, manifests.

A wheel carries them inside the package (`hatch_build.py` puts them there); an editable install
reads the checkout itself. Nothing is ever looked for in the working directory.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PACKAGE = Path(__file__).parent


def asset(name: str) -> Path:
    """The path of a shipped file or folder, such as `schema` or `templates/core`.

    Raises FileNotFoundError when the installation lacks it, which is a packaging fault.
    """
    bundled = _PACKAGE / "_bundled"
    found = (bundled if bundled.is_dir() else _PACKAGE.parent) / name
    if not found.exists():
        message = f"this installation of tapdb-ctl does not carry {name}"
        raise FileNotFoundError(message)
    return found


def texts(folder: Path, pattern: str) -> dict[str, str]:
    """The files of a folder that match, in the order of their names."""
    return {path.name: path.read_text("utf-8") for path in sorted(folder.glob(pattern))}


def digest(files: Mapping[str, str]) -> str:
    """SHA-256 of files, names and contents; of schema/*.sql it is what a database records of its schema."""
    content = "\0".join(f"{name}\0{text}" for name, text in files.items())
    return hashlib.sha256(content.encode()).hexdigest()
