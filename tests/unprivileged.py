"""Running Python code as a normal user, whoever runs the tests."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

# The interpreter itself may stand in a folder that only root can enter: everything is imported before the change.
_PRELUDE = """
import os, sys, encodings.ascii, encodings.idna
from pathlib import Path
from tapdb_ctl.errors import TapdbError
from tapdb_ctl.providers.server.server import EmbeddedServer
import tapdb_ctl.providers.server.provider
if os.geteuid() == 0:
    os.setgroups([]); os.setgid({gid}); os.setuid({uid})
"""


def environment() -> dict[str, str]:
    """What a Python process needs to find tapdb, and nothing else of the caller's."""
    path = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(path)}


def give(folder: Path) -> None:
    """Make the normal user the owner of a folder."""
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        os.chown(folder, user.pw_uid, user.pw_gid)


def run(code: str, *arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the code with `sys.argv[1:]` as given; a test reads its output and exit status."""
    user = pwd.getpwnam("nobody")
    script = _PRELUDE.format(uid=user.pw_uid, gid=user.pw_gid) + code
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        cwd="/",
        env=environment() | {"HOME": "/nonexistent"} | variables,
    )
