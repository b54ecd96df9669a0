"""`tapdb pg init`."""

from tapdb_ctl.cli.options import Files, Look
from tapdb_ctl.cli.pg.common import Env, server


def init(files: Files, look: Look, *, env: Env = None) -> int:
    """Make the server's data directory unless it is there; starts nothing."""
    own = server(files, env)
    already = own.initialised()
    own.init()
    status = own.status()
    said = "is there already" if already else "made"
    look.console.data([f"PostgreSQL {status.version} {said}: {status.data_dir}"])
    return 0
