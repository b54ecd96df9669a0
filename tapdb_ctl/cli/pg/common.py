"""What the commands of the group share."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tapdb_ctl.cli.options import Files
    from tapdb_ctl.providers.server.server import EmbeddedServer

Env = Annotated[
    str | None,
    typer.Argument(
        metavar="ENV", envvar="TAPDB_ENV", help="The environment; else the only one declared.", show_default=False
    ),
]


def server(files: "Files", env: str | None) -> "EmbeddedServer":
    """The embedded server that is meant; raises ServerError when the environment's database is elsewhere."""
    from tapdb_ctl.cli import wiring

    return wiring.server(wiring.connection(files, env))
