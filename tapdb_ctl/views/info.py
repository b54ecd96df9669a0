"""Where tapdb is and what it knows: versions, environments, their databases."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from tapdb_ctl.views.documents import FORMAT_VERSION, line
from tapdb_ctl.views.text import Paint, Style, printable

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """An embedded server as it is now; `postgresql` is the version of its data, or what it would be made with."""

    postgresql: str
    initialised: bool
    running: bool
    pid: int | None
    data_dir: str
    log: str


@dataclass(frozen=True, slots=True)
class EnvironmentFacts:
    """An environment; `problem` says why nothing more is known. There is no field for a password."""

    name: str
    engine: str | None = None
    host: str | None = None
    port: int | None = None
    user: str | None = None
    database: str | None = None
    schema: str | None = None
    server: ServerFacts | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that `tapdb info` tells."""

    tapdb: str
    python: str
    environments: tuple[EnvironmentFacts, ...]


def document(facts: Facts) -> str:
    """The facts as JSON."""
    return line({"format_version": FORMAT_VERSION, **asdict(facts)})


def lines(facts: Facts, paint: Paint) -> Iterator[str]:
    """The facts as a short page."""
    yield f"tapdb {facts.tapdb}, Python {facts.python}"
    for environment in facts.environments:
        yield ""
        yield paint(f"Environment {printable(environment.name)}", Style.HEADING)
        for label, value in _environment(environment):
            yield f"  {label:<10} {printable(value)}"


def _environment(facts: EnvironmentFacts) -> Iterator[tuple[str, str]]:
    if facts.engine:
        yield "engine", facts.engine
    if facts.database:
        yield "database", f"{facts.database}, schema {facts.schema}"
    if facts.host:
        yield "endpoint", f"{facts.user}@{facts.host}:{facts.port or 'a free port'}"
    if facts.server:
        yield from _server(facts.server)
    if facts.problem:
        yield "problem", facts.problem


def _server(facts: ServerFacts) -> Iterator[tuple[str, str]]:
    running = f"running, pid {facts.pid}" if facts.running else "stopped"
    yield "server", f"PostgreSQL {facts.postgresql}, {running if facts.initialised else 'not initialised'}"
    yield "data", facts.data_dir
    yield "log", facts.log
