"""The composition root: a loaded environment becomes the providers that read and write it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapdb_ctl.assets import asset
from tapdb_ctl.cli import connecting, console, provenance
from tapdb_ctl.core.step import Phase
from tapdb_ctl.engine.applying import World
from tapdb_ctl.errors import ManifestError, ServerError
from tapdb_ctl.manifest import connection as connections
from tapdb_ctl.manifest import loading
from tapdb_ctl.manifest.models.base import milliseconds
from tapdb_ctl.manifest.models.database import Embedded
from tapdb_ctl.manifest.variables import Variables
from tapdb_ctl.providers.postgres.archive import PostgresArchive
from tapdb_ctl.providers.postgres.connector import Connector
from tapdb_ctl.providers.postgres.creation import DatabaseProvider
from tapdb_ctl.providers.postgres.provider import PostgresProvider
from tapdb_ctl.providers.postgres.schema.shipped import Shipped
from tapdb_ctl.providers.postgres.target import Settings
from tapdb_ctl.providers.server.provider import ServerProvider
from tapdb_ctl.providers.server.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tapdb_ctl.cli.options import Files, Selection
    from tapdb_ctl.core.ports import Archive, Direct, Provider
    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.connection import Connection
    from tapdb_ctl.manifest.loading import Loaded
    from tapdb_ctl.manifest.models.database import Aurora, Postgres
    from tapdb_ctl.providers.postgres.target import Target

MANIFESTS = "manifests"
"""The usual name of a manifests folder; an embedded server's data lies beside it."""


@dataclass(frozen=True, slots=True)
class Site:
    """An environment opened: whom to ask what is live, what to write to, and who knows what was applied.

    `directory` is where its manifest is.
    """

    providers: tuple[Provider, ...]
    world: World
    archive: Archive
    directory: Path


def load(selection: Selection) -> Loaded:
    """The environment that is meant, with all that it wants; raises ManifestError with every finding."""
    return loading.load(selection.paths, selection.env, variables(selection), strict=selection.strict)


def load_for_the_past(selection: Selection) -> Loaded:
    """The same for a plan whose templates the ledger knows: their files may be broken, which is when it is wanted.

    Raises ManifestError when the environment itself is not valid.
    """
    try:
        return load(selection)
    except ManifestError:
        return loading.load(selection.paths, selection.env, variables(selection), templates=False)


def connection(files: Files, name: str | None) -> Connection:
    """The named environment, or the only one declared, as far as its database is concerned."""
    return connections.connection(files.paths, name, variables(files))


def variables(files: Files) -> Variables:
    """The values that the command line and the process environment give to `${var.NAME}`."""
    return Variables.of(files.var, files.var_file, os.environ)


@contextmanager
def site(place: Connection | Loaded, command: str, lock_wait: float) -> Iterator[Site]:
    """Open an environment for a command, which PostgreSQL's views will name; nothing is contacted until asked."""
    tell = console.once()
    connector = Connector(locator(place, tell), _settings(place, command, lock_wait))
    direct: dict[Phase, Direct] = {Phase.DATABASE: DatabaseProvider(connector)}
    if own := embedded(place):
        direct = {Phase.SERVER: ServerProvider(own, tell), **direct}
    database = PostgresProvider(connector, Shipped.read(asset("schema")), place.environment.name)
    try:
        yield Site((*direct.values(), database), World(direct, database), PostgresArchive(connector), place.directory)
    finally:
        connector.close()


def embedded(place: Connection | Loaded) -> EmbeddedServer | None:
    """The environment's own server, if it has one."""
    match place.environment.database:
        case Embedded(version=major, data_dir=data_dir, port=port):
            home = place.directory / data_dir if data_dir else None
            return EmbeddedServer(place.environment.name, major, home, _project(place.directory), port)
        case _:
            return None


def server(place: Connection | Loaded) -> EmbeddedServer:
    """The environment's own server; raises ServerError when its database is elsewhere."""
    if found := embedded(place):
        return found
    name = place.environment.name
    raise ServerError.of(
        "CLI013",
        "this environment has no server of its own",
        f"{name} has `engine: {place.environment.database.engine}`; tapdb starts and stops embedded servers only",
        f"tapdb info -e {name} says where its database is",
    )


def locator(
    place: Connection | Loaded, tell: Callable[[Sequence[Finding]], None] = console.findings
) -> Callable[[], Target | None]:
    """Finds out how to connect; starts an embedded server that is initialised, gives None where none is."""
    database = place.environment.database
    if own := embedded(place):
        return lambda: _started(own, database.name, tell) if own.initialised() else None
    assert not isinstance(database, Embedded)
    return lambda: _elsewhere(database, place.directory)


def _started(own: EmbeddedServer, database: str, tell: Callable[[Sequence[Finding]], None]) -> Target:
    endpoint = own.start()
    tell(endpoint.findings)
    return connecting.to_embedded(endpoint, database)


def _elsewhere(database: Postgres | Aurora, directory: Path) -> Target:
    return connecting.to_server(database, directory, os.environ)


def _settings(place: Connection | Loaded, command: str, lock_wait: float) -> Settings:
    database = place.environment.database
    return Settings(
        schema=database.schema_name,
        application_name=f"tapdb {command} {place.environment.name}",
        actor=provenance.actor(),
        statement_timeout=milliseconds(database.statement_timeout) / 1000,
        lock_timeout=milliseconds(database.lock_timeout) / 1000,
        lock_wait=lock_wait,
    )


def _project(directory: Path) -> Path:
    """The folder that holds `.tapdb`: beside the manifests folder, or with a manifest that lies alone."""
    resolved = directory.resolve()
    return resolved.parent if resolved.name == MANIFESTS else resolved
