"""`tapdb pg logs`."""

from typing import Annotated

import typer

from tapdb_ctl.cli.options import Files, Look
from tapdb_ctl.cli.pg.common import Env, server


def logs(
    files: Files,
    look: Look,
    *,
    env: Env = None,
    lines: Annotated[int, typer.Option("-n", "--lines", min=1, help="How many lines.")] = 50,
) -> int:
    """Print the end of the server's log."""
    from tapdb_ctl.views.text import printable

    look.console.data(map(printable, server(files, env).logs(lines).splitlines()))
    return 0
