"""The folder of the server's Unix socket: private, and with a path that a client can name."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tapdb_ctl.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.providers.server.accounts import Account
    from tapdb_ctl.providers.server.layout import Layout

_PREFIX = "tapdb-"
_LONGEST_NAME = "/.s.PGSQL.65535"
_LIMIT = 103
"""Bytes in sun_path less its NUL, on macOS; Linux allows four more."""


def folder(layout: Layout, remembered: str | None) -> Path:
    """The layout's own folder; if no client can address that, the one remembered, or a new temporary one."""
    if fits(layout.sockets):
        return layout.sockets
    if remembered and _is_private(Path(remembered), layout.account):
        return Path(remembered)
    return _short(layout.account)


@contextmanager
def provided(layout: Layout, remembered: str | None) -> Iterator[Path]:
    """The folder for a server that the block starts; a temporary one is removed when no server came to use it."""
    chosen = folder(layout, remembered)
    try:
        yield chosen
    except ServerError:
        discard(chosen, layout.account)
        raise


def discard(directory: Path, account: Account) -> None:
    """Remove a temporary folder of ours that no server uses any more; any other folder stays."""
    if directory.name.startswith(_PREFIX) and _is_folder_of(directory, account) and not any(directory.iterdir()):
        directory.rmdir()


def clear(directory: Path) -> None:
    """Remove the sockets and lock files of a server that is gone; a lock file can name a pid in use again."""
    for left in directory.glob(".s.PGSQL.*"):
        left.unlink(missing_ok=True)


def fits(directory: Path) -> bool:
    """Whether a socket in the directory can be addressed: libpq reads a comma as the next host."""
    return "," not in str(directory) and len(os.fsencode(directory)) + len(_LONGEST_NAME) <= _LIMIT


def _is_private(directory: Path, account: Account) -> bool:
    return _is_folder_of(directory, account) and stat.S_IMODE(directory.lstat().st_mode) == stat.S_IRWXU


def _is_folder_of(directory: Path, account: Account) -> bool:
    # Temporary folders are cleaned at boot, and anybody may have made this name since.
    try:
        found = directory.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid


def _short(account: Account) -> Path:
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 - only the parent of a private folder
        if fits(parent / f"{_PREFIX}12345678") and account.reaches(parent):
            made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
            account.give(made)
            return made
    raise ServerError.of(
        "SRV018",
        "there is no folder for the server's socket",
        f"neither {tempfile.gettempdir()} nor /tmp is both short enough and reachable for {account.name}",
        "set TMPDIR to a short path that this account can enter, or a shorter `data_dir` in the manifest",
    )
