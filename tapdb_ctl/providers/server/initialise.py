"""Making the data directory: complete under its name, or not there at all."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tapdb_ctl.providers.server import faults, programs, state

if TYPE_CHECKING:
    from tapdb_ctl.providers.server.binaries import Installation
    from tapdb_ctl.providers.server.layout import Layout

USER = "postgres"
"""The superuser's name, and the only role of a new server."""

_PREFIX = "init-"
_OPTIONS = (
    f"--username={USER}",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--data-checksums",
    "--no-instructions",
)


def initialise(layout: Layout, installation: Installation, lock: int, *, sync: bool) -> None:
    """Run initdb beside the final place and rename the result; the caller holds `lock`, which initdb inherits.

    The password travels inside the data directory, so that the two appear in one act: none is ever without its
    password, and a failure leaves what is remembered of an earlier one. Raises ServerError.
    """
    workspace = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=layout.home))
    try:
        password = secrets.token_urlsafe(24)
        told = _told(password, workspace, layout)
        layout.account.give(workspace)
        made = workspace / "data"
        arguments = [*_OPTIONS, f"--pwfile={told}", f"--pgdata={made}", *([] if sync else ["--no-sync"])]
        done = programs.run(installation.program("initdb"), arguments, layout.account, layout.home, keep=(lock,))
        if done.returncode:
            raise faults.failed("make a new data directory", done.stdout, layout.home)
        state.State(password).save(made / layout.first_state.name)
        made.rename(layout.data)
        take_over(layout)
    finally:
        # After an interrupt initdb may still be writing; what it leaves, `clear` removes.
        shutil.rmtree(workspace, ignore_errors=True)


def take_over(layout: Layout) -> None:
    """Remember what a new data directory brought; the caller holds the lock."""
    if layout.first_state.exists():
        state.recall(layout).save(layout.state)
        layout.first_state.unlink()


def clear(home: Path) -> None:
    """Remove what an interrupted run left; the caller holds the lock, so no initdb is at work."""
    for leftover in home.glob(f"{_PREFIX}*"):
        shutil.rmtree(leftover)


def _told(password: str, workspace: Path, layout: Layout) -> Path:
    """A file that tells initdb the password: arguments could be read by everybody."""
    path = workspace / "password"
    path.touch(mode=0o600)
    path.write_text(password, encoding="ascii")
    layout.account.give(path)
    return path
