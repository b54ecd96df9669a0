"""`tapdb fmt`."""

from pathlib import Path
from typing import Annotated

import typer

from tapdb_ctl.cli.options import Files, Look


def fmt(
    files: Files,
    look: Look,
    *,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help="Files and folders, or - for standard input.", show_default=False),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 if a file would change.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Print what changes, too.")] = False,
) -> int:
    """Lay out manifests and template packs, YAML and JSON, in one way.

    Without PATH: the manifests and every file that they lead to. Prints the names of the files that change. Only white
    space between tokens changes; a file that cannot be read is reported and left, and the others are formatted.
    """
    from tapdb_ctl.cli import formatting

    wanted = formatting.Wanted(check=check, diff=diff)
    if paths and Path("-") in paths:
        if len(paths) > 1:
            raise typer.BadParameter("- stands alone: standard input is one file")
        return formatting.stream(wanted, look.console)
    return formatting.files(formatting.named(paths) if paths else formatting.led_to(files), wanted, look.console)
