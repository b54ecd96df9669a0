"""Running PostgreSQL's programs: as the server's account, with a clean environment."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tapdb_ctl.providers.server.accounts import Account

_INHERITED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def run(
    program: Path, arguments: Sequence[str | Path], account: Account, cwd: Path, keep: tuple[int, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run to the end; standard error is part of standard output. `keep` are descriptors to inherit.

    The server lives on with this environment, so nothing of the caller's (credentials, PG*) goes into it.
    Messages are English, since we read them; times are UTC. Ctrl-C at the terminal does not reach the program.
    """
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return subprocess.run(  # noqa: S603 - no shell; PostgreSQL's programs, our arguments
        [program, *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        cwd=cwd,
        env=environment | {"LC_ALL": "C", "TZ": "UTC"},
        user=account.setuid,
        group=account.setgid,
        extra_groups=account.groups,
        pass_fds=keep,
        umask=0o077,
        start_new_session=True,
    )
