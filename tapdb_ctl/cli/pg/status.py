"""`tapdb pg status`."""

from tapdb_ctl.cli.options import Files, Look
from tapdb_ctl.cli.pg.common import Env, server


def status(files: Files, look: Look, *, env: Env = None) -> int:
    """Say whether the server runs, and where; starts nothing."""
    found = server(files, env).status()
    if found.running:
        state = f"PostgreSQL {found.version} runs on port {found.port}, pid {found.pid}"
    elif found.initialised:
        state = f"PostgreSQL {found.version} is stopped"
    else:
        state = "PostgreSQL is not initialised"
    look.console.data([state, f"data: {found.data_dir}", f"log:  {found.log}"])
    return 0
