"""Asks git which commit is checked out; worktrees, packed refs and safe.directory are its own business."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 5
"""Seconds; an apply is not kept waiting for a note in its ledger."""

# No lock is taken in somebody's repository, and no monitor is started for it.
_GIT = ("git", "--no-optional-locks", "-c", "core.fsmonitor=false")
_STATUS = ("status", "--porcelain=v2", "--branch", "--untracked-files=normal")


class Checkout(NamedTuple):
    """What is checked out; parts that git does not name are empty, and `remote` may hold a credential."""

    commit: str
    branch: str
    remote: str
    dirty: bool


def checkout(directory: Path) -> Checkout | None:
    """The checkout that a folder is in; None outside one, without git, or when git takes too long."""
    if (status := _asked(directory, *_STATUS)) is None:
        return None
    lines = status.splitlines()
    headers = dict(line.removeprefix("# ").split(" ", 1) for line in lines if line.startswith("# branch."))
    remote = (_asked(directory, "config", "--get", "remote.origin.url") or "").strip()
    dirty = any(not line.startswith("#") for line in lines)
    return Checkout(_name(headers.get("branch.oid")), _name(headers.get("branch.head")), remote, dirty)


def _name(header: str | None) -> str:
    """What a header says; `(initial)` and `(detached)` are no names."""
    return header if header and not header.startswith("(") else ""


def _asked(directory: Path, *arguments: str) -> str | None:
    """What git prints; GIT_DIR and its like, which a hook sets, would name another repository."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            [*_GIT, "-C", str(directory), *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode(errors="replace") if done.returncode == 0 else None
