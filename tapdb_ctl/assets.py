"""The one finder of the files that ship with tapdb: schema, templates, stacks, manifests.

A wheel carries them inside the package (`hatch_build.py` puts them there); an editable install
reads the checkout itself. Nothing is ever looked for in the working directory.
"""

from __future__ import annotations

from pathlib import Path

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
