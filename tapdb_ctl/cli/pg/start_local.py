"""`tapdb pg start-local`."""

from tapdb_ctl.cli.options import Files, Look
from tapdb_ctl.cli.pg.common import Env, server


def start_local(files: Files, look: Look, *, env: Env = None) -> int:
    """Start the server, made first if need be; it stays until it is stopped."""
    own = server(files, env)
    endpoint = own.start()
    console = look.console
    console.findings(endpoint.findings)
    console.data([f"PostgreSQL {own.status().version} runs on {endpoint.host}:{endpoint.port}"])
    console.note([f"psql: tapdb psql {own.environment}"])
    return 0
