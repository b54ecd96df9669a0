"""`tapdb psql`."""

import os
import shutil
from typing import TYPE_CHECKING, Annotated

import typer

from tapdb_ctl.cli.options import Files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tapdb_ctl.providers.postgres.target import Target
    from tapdb_ctl.providers.server.server import EmbeddedServer

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
    env: Annotated[
        str | None, typer.Argument(metavar="ENV", help="Else TAPDB_ENV, else the only one.", show_default=False)
    ] = None,
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="ARGS", help="Arguments for psql.", show_default=False)
    ] = None,
    chosen: Annotated[
        str | None, typer.Option("-e", "--env", metavar="NAME", help="Environment; all that follows goes to psql.")
    ] = None,
) -> int:
    """Open psql on an environment.

    Everything after ENV goes to psql, so options of tapdb, such as -f for its manifests, stand before it.
    A first word that names no declared environment goes to psql as well.
    """
    from tapdb_ctl.cli import wiring
    from tapdb_ctl.errors import ServerError

    words = [*([env] if env is not None else []), *(arguments or ())]
    if chosen is None:
        chosen, words = _told_apart(files, words)
    place = wiring.connection(files, chosen or os.environ.get("TAPDB_ENV") or None)
    program = _program(wiring.embedded(place))
    target = wiring.locator(place)()
    if target is None:
        name = place.environment.name
        raise ServerError.of(
            "CLI015", "the embedded server is not there yet", f"{name} was never applied", f"tapdb apply -e {name}"
        )
    schema = place.environment.database.schema_name
    # psql takes this process's place, terminal and signals included
    os.execve(program, [program, *words], environment(target, schema, os.environ))  # noqa: S606


def _told_apart(files: Files, words: list[str]) -> tuple[str | None, list[str]]:
    """The environment that the first word names, if it does, and what is left for psql.

    Where manifests cannot be read the word may name one of theirs: better no environment than a wrong one.
    """
    from tapdb_ctl.manifest import declarations, selecting

    if not words or words[0].startswith("-"):
        return None, words
    declared = declarations.declared(files.paths)
    if declared.findings or words[0] in selecting.names(declared):
        return words[0], words[1:]
    return None, words


def _program(server: "EmbeddedServer | None") -> str:
    """The psql of the environment's own server, whose version fits; for a server elsewhere the one on PATH."""
    from tapdb_ctl.errors import ServerError

    found = shutil.which("psql")
    if server:
        try:
            return str(server.binary("psql"))
        except ServerError:
            if found is None:  # some installations are a server alone; any psql is better than none
                raise
    if found is None:
        raise ServerError.of("CLI014", "there is no psql", "it is not on PATH", "install PostgreSQL's client programs")
    return found


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
