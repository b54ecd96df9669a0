"""The group, with its commands registered; each is one file."""

import typer

from tapdb_ctl.cli.pg.init import init
from tapdb_ctl.cli.pg.logs import logs
from tapdb_ctl.cli.pg.start_local import start_local
from tapdb_ctl.cli.pg.status import status
from tapdb_ctl.cli.pg.stop_local import stop_local
from tapdb_ctl.cli.unfold import unfolded

pg = typer.Typer(
    help="Control an environment's embedded PostgreSQL.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

for command in (init, start_local, stop_local, status, logs):
    pg.command()(unfolded(command))
