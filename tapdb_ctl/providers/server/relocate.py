"""PostgreSQL's programs, copied to where the server's account can reach them.

Needed when root runs tapdb from a virtualenv under a home with mode 0700: the home stays as it is.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tapdb_ctl.providers.server.accounts import Account
    from tapdb_ctl.providers.server.binaries import Installation

_PARTS = ("bin", "lib", "share")
_NOT_NEEDED = shutil.ignore_patterns("pgxs", "pkgconfig", "*.a")


def within_reach(installation: Installation, account: Account, folder: Path) -> Installation:
    """The installation itself, or its copy in `folder` when the account cannot enter the original."""
    if account.reaches(installation.bin):
        return installation
    prefix = installation.bin.parent
    copy = folder / _identity(installation)
    if not copy.exists():
        folder.mkdir(mode=0o711, exist_ok=True)
        folder.chmod(0o711)
        workspace = Path(tempfile.mkdtemp(prefix=".copy-", dir=folder))
        _copy(prefix, workspace)
        workspace.rename(copy)
    return replace(installation, bin=copy / prefix.parent.name / prefix.name / installation.bin.name)


def forget_others(installation: Installation, folder: Path) -> None:
    """Delete copies of other installations; only while no server runs, since it loads libraries late."""
    for copy in folder.iterdir() if folder.is_dir() else ():
        if not installation.bin.is_relative_to(copy):
            shutil.rmtree(copy)


def _identity(installation: Installation) -> str:
    """Another name when the original was upgraded in place."""
    server = (installation.bin / "postgres").stat()
    told = f"{installation.bin}|{installation.version}|{server.st_mtime_ns}|{server.st_size}"
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def _copy(prefix: Path, workspace: Path) -> None:
    """Keep the places relative to each other: a wheel's programs look for ../../../PACKAGE.libs (their RPATH)."""
    package = prefix.parent
    for part in _PARTS:
        if (prefix / part).is_dir():
            shutil.copytree(prefix / part, workspace / package.name / prefix.name / part, ignore=_NOT_NEEDED)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, workspace / libraries.name)
    for path in [workspace, *workspace.rglob("*")]:
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
