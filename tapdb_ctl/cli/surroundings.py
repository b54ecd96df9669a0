"""Gathers what `tapdb info` tells, from files and processes alone."""

from __future__ import annotations

import os
import platform
from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl import __version__
from tapdb_ctl.cli import connecting, wiring
from tapdb_ctl.errors import TapdbError
from tapdb_ctl.manifest.connection import connection
from tapdb_ctl.manifest.loading import environments
from tapdb_ctl.manifest.models.database import Embedded
from tapdb_ctl.providers.server.initialise import USER
from tapdb_ctl.providers.server.ports import HOST
from tapdb_ctl.views.info import EnvironmentFacts, Facts, ServerFacts

if TYPE_CHECKING:
    from tapdb_ctl.cli.options import Files, Selection
    from tapdb_ctl.manifest.connection import Connection
    from tapdb_ctl.manifest.variables import Variables
    from tapdb_ctl.providers.server.server import EmbeddedServer


def facts(selection: Selection) -> Facts:
    """Versions and environments; an environment that is not valid is listed with what is wrong.

    Raises ManifestError when the environment that is asked for is not declared.
    """
    names = environments(selection.paths)
    given = wiring.variables(selection)
    if selection.env and selection.env not in names:
        connection(selection.paths, selection.env, given)
    names = (selection.env,) if selection.env else names
    if not selection.env:
        given = replace(given, assigned=frozenset())  # of several environments each need not know every --var
    found = tuple(_environment(selection, name, given) for name in names)
    return Facts(__version__, platform.python_version(), found)


def _environment(files: Files, name: str, given: Variables) -> EnvironmentFacts:
    try:
        return _known(connection(files.paths, name, given))
    except TapdbError as error:
        return EnvironmentFacts(name, problem=str(error))


def _known(place: Connection) -> EnvironmentFacts:
    database = place.environment.database
    known = EnvironmentFacts(
        place.environment.name, database.engine, database=database.name, schema=database.schema_name
    )
    if isinstance(database, Embedded):
        return _with_server(known, wiring.server(place))
    try:
        target = connecting.without_password(database, place.directory, os.environ)
    except TapdbError as error:
        return replace(known, problem=str(error))
    return replace(known, host=target.host, port=target.port, user=target.user)


def _with_server(known: EnvironmentFacts, server: EmbeddedServer) -> EnvironmentFacts:
    status = server.status()
    facts = ServerFacts(
        postgresql=status.version or str(server.major),
        initialised=status.initialised,
        running=status.running,
        pid=status.pid,
        data_dir=str(status.data_dir),
        log=str(status.log),
    )
    return replace(known, host=HOST, port=status.port, user=USER, server=facts)
