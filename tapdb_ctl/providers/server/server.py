"""The embedded server of one environment: find, initialise, start, stop, look."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from tapdb_ctl.errors import Finding, Severity
from tapdb_ctl.providers.server import (
    binaries,
    faults,
    launch,
    layout,
    lock,
    logs,
    ports,
    process,
    relocate,
    sockets,
    state,
)
from tapdb_ctl.providers.server.initialise import USER, clear, initialise, take_over

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tapdb_ctl.providers.server.binaries import Installation
    from tapdb_ctl.providers.server.layout import Layout
    from tapdb_ctl.providers.server.process import Postmaster

StopMode: TypeAlias = Literal["smart", "fast", "immediate"]

_LOCK_TIMEOUT = 120.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How to connect to a running server; `findings` tell what changed since it last ran, such as its port."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    socket_dir: Path
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """What is there, without starting anything; `version` is the major version of the data directory."""

    initialised: bool
    running: bool
    pid: int | None
    port: int | None
    version: str | None
    data_dir: Path
    log: Path


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """One environment's own PostgreSQL.

    `major` is the version that a new data directory is made with. `home` is the manifest's `data_dir`, or None
    for `.tapdb/<env>/postgres` in `project`. `port` None means a free one, remembered. `settings` are added
    to the server's command line. Every method raises ServerError for what it foresees.
    """

    environment: str
    major: int
    home: Path | None
    project: Path
    port: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    def init(self) -> None:
        """Make the data directory unless it is there; starts nothing."""
        place = self._place()
        if not place.initialised():
            with self._alone(place) as held:
                self._initialise(place, held)

    def start(self) -> Endpoint:
        """Have the server running, made first if need be; at once when it runs already.

        It outlives this process: pg_ctl gives it a session of its own and none of our pipes.
        """
        place = self._place()
        if place.initialised() and (running := process.find(place.data)) and running.ready:
            return self._endpoint(place, running)
        with self._alone(place) as held:
            self._initialise(place, held)
            return self._open(place)

    def stop(self, mode: StopMode = "fast") -> bool:
        """Stop the server and wait until it is gone; False when it was not running."""
        place = self._place()
        if not place.initialised():
            return False
        with self._alone(place):
            if not (running := process.find(place.data)):
                return False
            launch.stop(place, self._installation(place), mode)
            sockets.discard(running.sockets, place.account)
        return True

    def status(self) -> Status:
        """What is there now; writes nothing, starts nothing."""
        place = self._place()
        major = place.major()
        running = process.find(place.data) if major else None
        remembered = state.recall(place).port if major else self.port
        return Status(
            initialised=major is not None,
            running=running is not None,
            pid=running.pid if running else None,
            port=running.port if running else remembered,
            version=str(major) if major else None,
            data_dir=place.home,
            log=place.log,
        )

    def initialised(self) -> bool:
        """Whether there is a data directory."""
        return self._place().initialised()

    def data_major(self) -> int | None:
        """The major version that the data directory was made by, None without one."""
        return self._place().major()

    def logs(self, lines: int) -> str:
        """The last lines that the server logged."""
        place = self._place()
        with faults.explained(place.home):
            return logs.tail(place.log, lines)

    def binary(self, name: str) -> Path:
        """A program of the same major version as the data, such as psql or pg_dump."""
        return binaries.find(self._place().major() or self.major).program(name)

    def _place(self) -> Layout:
        with faults.explained(self.home or self.project):
            return layout.choose(self.environment, self.project, self.home)

    @contextmanager
    def _alone(self, place: Layout) -> Iterator[int]:
        """Inside the block no other tapdb touches this server; operating-system errors become findings."""
        with faults.explained(place.home):
            place.create()
            with lock.held(place.lock, _LOCK_TIMEOUT) as held:
                clear(place.home)
                take_over(place)
                place.furnish()
                yield held

    def _installation(self, place: Layout) -> Installation:
        found = binaries.find(place.major() or self.major)
        return relocate.within_reach(found, place.account, place.binaries)

    def _initialise(self, place: Layout, held: int) -> None:
        if not place.initialised():
            initialise(place, self._installation(place), held, sync=self.settings.get("fsync") != "off")

    def _open(self, place: Layout) -> Endpoint:
        logs.thin_out(place.log)
        # Somebody else's start may still be on its way, and a server that is stopping must be let go.
        if running := launch.await_ready(place):
            _remember(place, running)
            return self._endpoint(place, running)
        installation = self._installation(place)
        relocate.forget_others(installation, place.binaries)
        started = launch.Launch(place, installation, self.port, self.settings)
        running, findings = started.start(state.recall(place))
        _remember(place, running)
        return self._endpoint(place, running, findings)

    def _endpoint(self, place: Layout, running: Postmaster, findings: tuple[Finding, ...] = ()) -> Endpoint:
        if self.port and running.port != self.port:
            findings = (*findings, _elsewhere(self, running.port))
        password = state.recall(place).password
        return Endpoint(ports.HOST, running.port, USER, password, running.sockets, findings)


def _remember(place: Layout, running: Postmaster) -> None:
    """Remember the port and the socket folder that work; of another folder before, nothing is left."""
    before = state.recall(place)
    usual = running.sockets.resolve() == place.sockets.resolve()
    now = replace(before, port=running.port, sockets=None if usual else str(running.sockets))
    if now != before:
        now.save(place.state)
    if before.sockets and before.sockets != now.sockets:
        sockets.discard(Path(before.sockets), place.account)


def _elsewhere(server: EmbeddedServer, port: int) -> Finding:
    return Finding(
        "SRV017",
        "the server still listens on another port than the manifest names",
        f"it runs on {port} since before the manifest said {server.port}",
        f"restart it: `tapdb pg stop-local {server.environment}`, then `tapdb pg start-local {server.environment}`",
        severity=Severity.WARNING,
    )
