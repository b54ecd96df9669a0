"""Where the repository is that files are named from."""

from __future__ import annotations

from pathlib import Path


def root() -> Path:
    """The folder of the Git repository around the working directory, else the working directory itself."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
