"""Every command, registered; each is one file."""

import typer

from tapdb_ctl.cli.apply import apply
from tapdb_ctl.cli.destroy import destroy
from tapdb_ctl.cli.drift import drift
from tapdb_ctl.cli.export import export
from tapdb_ctl.cli.fmt import fmt
from tapdb_ctl.cli.graph import graph
from tapdb_ctl.cli.history import history
from tapdb_ctl.cli.importing import import_
from tapdb_ctl.cli.info import info
from tapdb_ctl.cli.init import init
from tapdb_ctl.cli.pg.group import pg
from tapdb_ctl.cli.plan import plan
from tapdb_ctl.cli.psql import PASS_THROUGH, psql
from tapdb_ctl.cli.rollback import rollback
from tapdb_ctl.cli.schema import schema
from tapdb_ctl.cli.show import show
from tapdb_ctl.cli.unfold import unfolded
from tapdb_ctl.cli.validate import validate
from tapdb_ctl.cli.version import flag, version

# typer takes a --help that was not given through pydantic, unless it has a boolean default: 60 ms that
# `tapdb version`, which needs no pydantic of its own, is spared.
_UNASKED = {"help": False}

app = typer.Typer(
    name="tapdb",
    help="Declare a templated object database; plan and apply the difference.",
    epilog="Manifests are read from ./manifests. `tapdb COMMAND --help` says more.",
    context_settings={"default_map": {**_UNASKED, "version": _UNASKED}},
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.callback()(flag)
for command in (
    init,
    validate,
    fmt,
    graph,
    schema,
    plan,
    apply,
    destroy,
    drift,
    show,
    history,
    rollback,
    export,
    info,
    version,
):
    app.command()(unfolded(command))
app.command("import")(unfolded(import_))
app.command(context_settings=PASS_THROUGH)(unfolded(psql))
app.add_typer(pg, name="pg")
