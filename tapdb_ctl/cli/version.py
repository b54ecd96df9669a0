"""`tapdb version`."""

import sys
from typing import Annotated

import typer

from tapdb_ctl import __version__
from tapdb_ctl.cli.options import Json


def version(*, json: Json = False) -> int:
    """Print the version of tapdb."""
    if json:
        from tapdb_ctl.views.documents import line

        python = ".".join(map(str, sys.version_info[:3]))
        sys.stdout.write(f"{line({'tapdb': __version__, 'python': python})}\n")
    else:
        sys.stdout.write(f"tapdb {__version__}\n")
    return 0


def _print(asked: bool) -> None:
    if asked:
        version()
        raise typer.Exit


def flag(
    *,
    asked: Annotated[
        bool, typer.Option("--version", help="Print the version of tapdb.", is_eager=True, callback=_print)
    ] = False,
) -> None:
    """`tapdb --version`, which people try first."""
