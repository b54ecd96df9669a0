"""`tapdb init`."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from tapdb_ctl.cli.options import Look


def init(
    look: Look,
    *,
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to write, else here.", show_default=False)
    ] = Path(),
) -> int:
    """Write the files that a project starts with.

    A manifest, the core templates, JSON Schemas for editors. Overwrites nothing.
    """
    from tapdb_ctl.cli import starting

    console = look.console
    for path, made in starting.write(directory):
        if not console.quiet:
            console.data([f"{'created' if made else 'exists '}  {path}"])
    if starting.unignored(directory):
        console.note(
            ["", f"Add {starting.IGNORED} to {directory / '.gitignore'}: the server's data is nothing for Git."]
        )
    go = "" if directory == Path() else f"cd {shlex.quote(str(directory))}, then "
    command = f"-e {starting.ENVIRONMENT}"
    console.note(["", f"Next: {go}tapdb plan {command}, then tapdb apply {command}"])
    return 0
