"""`tapdb pg stop-local`."""

from tapdb_ctl.cli.options import Files, Look
from tapdb_ctl.cli.pg.common import Env, server


def stop_local(files: Files, look: Look, *, env: Env = None) -> int:
    """Stop the server; its data stays."""
    stopped = server(files, env).stop()
    look.console.data(["PostgreSQL stopped; its data stays" if stopped else "PostgreSQL was not running"])
    return 0
