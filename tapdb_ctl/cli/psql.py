"""`tapdb psql`."""

import os
import shutil
from typing import TYPE_CHECKING, Annotated

import typer

from tapdb_ctl.cli.options import Files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tapdb_ctl.providers.postgres.target import Target

PASS_THROUGH = {"allow_interspersed_args": False, "ignore_unknown_options": True}
"""Everything after ENV belongs to psql."""

# The PG* variables that decide where psql goes, or what it says before it asks; they are set anew or not at all.
# https://www.postgresql.org/docs/current/libpq-envars.html
_REDIRECTING = frozenset({
    "PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE", "PGSERVICEFILE", "PGOPTIONS", "PGSSLMODE",
    "PGREQUIRESSL", "PGSSLROOTCERT", "PGTARGETSESSIONATTRS", "PGLOADBALANCEHOSTS",
})  # fmt: skip


def psql(
    files: Files,
    *,
    env: Annotated[str, typer.Argument(metavar="ENV", help="The environment.", show_default=False)],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="ARGS", help="Arguments for psql.", show_default=False)
    ] = None,
) -> int:
    """Open psql on an environment.

    Everything after ENV goes to psql, so options of tapdb, such as -f for its manifests, stand before it.
    """
    from tapdb_ctl.cli import wiring  # noqa: PLC0415 - heavy
    from tapdb_ctl.errors import ServerError  # noqa: PLC0415

    place = wiring.connection(files, env)
    server = wiring.embedded(place)
    program = shutil.which("psql") or (str(server.binary("psql")) if server else None)
    if program is None:
        raise ServerError.of("CLI014", "there is no psql", "it is not on PATH", "install PostgreSQL's client programs")
    target = wiring.locator(place)()
    if target is None:
        raise ServerError.of(
            "CLI015", "the embedded server is not there yet", f"{env} was never applied", f"tapdb apply -e {env}"
        )
    schema = place.environment.database.schema_name
    # psql takes this process's place, terminal and signals included
    os.execve(program, [program, *(arguments or ())], environment(target, schema, os.environ))  # noqa: S606


def environment(target: "Target", schema: str, ambient: "Mapping[str, str]") -> dict[str, str]:
    """The process environment for psql: the password is here and never on the command line, which all can read."""
    kept = {name: value for name, value in ambient.items() if name not in _REDIRECTING}
    given = {
        "PGHOST": target.host,
        "PGPORT": str(target.port),
        "PGUSER": target.user,
        "PGDATABASE": target.database,
        "PGSSLMODE": target.sslmode,
        "PGSSLROOTCERT": target.sslrootcert,
        "PGPASSWORD": target.password,
        "PGOPTIONS": None if schema == "public" else _search_path(schema),
        "PGAPPNAME": "tapdb psql",
    }
    return kept | {name: value for name, value in given.items() if value is not None}


def _search_path(schema: str) -> str:
    """The setting as PGOPTIONS takes it: a backslash before each space and backslash."""
    quoted = '"' + schema.replace('"', '""') + '"'
    return "-csearch_path=" + quoted.replace("\\", "\\\\").replace(" ", "\\ ")
