"""Starting and stopping the postmaster with pg_ctl."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapdb_ctl.errors import Finding, ServerError, Severity
from tapdb_ctl.providers.server import faults, logs, ports, process, programs, sockets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tapdb_ctl.providers.server.binaries import Installation
    from tapdb_ctl.providers.server.layout import Layout
    from tapdb_ctl.providers.server.process import Postmaster
    from tapdb_ctl.providers.server.state import State

PATIENCE = 60
"""Seconds that a start or a stop may take, crash recovery and the last checkpoint included."""

_PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Launch:
    """What is to be started, and how."""

    layout: Layout
    installation: Installation
    port: int | None
    settings: Mapping[str, str]

    def start(self, before: State) -> tuple[Postmaster, tuple[Finding, ...]]:
        """Start the server on the port that is wanted, else the one remembered, else a free one.

        Remembers nothing, since only a start shows what a port is good for. Raises ServerError.
        """
        with sockets.provided(self.layout, before.sockets) as folder:
            return self._attempts(before.port, folder)

    def _attempts(self, remembered: int | None, folder: Path) -> tuple[Postmaster, tuple[Finding, ...]]:
        """Try until it runs: a port can turn out to be of no use, and a killed server's processes go away late."""
        refused: str | None = None
        for pause in _PAUSES:
            port, refused = self._port(remembered, refused)
            output = self._pg_ctl_start(port, folder)
            # Even after a failure: a tapdb that was killed may have started the server just before.
            if running := await_ready(self.layout):
                moved = refused and remembered and running.port != remembered
                return running, (_moved(remembered, running.port, refused),) if moved else ()
            if not (unbound := faults.unbound(output)) and not faults.passing(output):
                break
            refused = refused or unbound
            time.sleep(pause)
        raise faults.failed("start", output, self.layout.home)

    def _port(self, remembered: int | None, refused: str | None) -> tuple[int, str | None]:
        """The port to try now, and why the one that was wanted cannot be used: we, or with `refused` the server, saw.

        The server can be refused what we are not: it runs as another account when root runs us.
        """
        wanted = self.port or remembered
        if wanted is None:
            return ports.free(), None
        refused = refused or ports.obstacle(wanted)
        if refused and self.port:
            raise _unusable(self.port, refused)
        return ports.free() if refused else wanted, refused

    def _pg_ctl_start(self, port: int, folder: Path) -> str:
        """What pg_ctl and the server said. Paths are relative: pg_ctl hands them to a shell unquoted."""
        older = logs.begin(self.layout.log)
        process.forget_stale(self.layout.data)
        sockets.clear(folder)
        arguments = ["start", "--silent", "--wait", f"--timeout={PATIENCE}", "--pgdata=data"]
        arguments += [f"--log=log/{logs.STARTUP}", f"--options={_options(self._settings(port, folder))}"]
        done = programs.run(self.installation.program("pg_ctl"), arguments, self.layout.account, self.layout.home)
        return done.stdout + logs.since(self.layout.log, older) if done.returncode else done.stdout

    def _settings(self, port: int, folder: Path) -> dict[str, str]:
        quoted = str(folder).replace('"', '""')
        return {
            "listen_addresses": ports.HOST,
            "port": str(port),
            "unix_socket_directories": f'"{quoted}"',
            "unix_socket_permissions": "0700",
            **logs.SETTINGS,
            **self.settings,
        }


def await_ready(layout: Layout) -> Postmaster | None:
    """The running server once it is ready, None without one; ServerError when it is neither for too long."""
    if running := process.await_ready(layout.data, PATIENCE):
        return running
    if process.find(layout.data) is None:
        return None
    raise ServerError.of(
        "SRV012",
        "PostgreSQL is not ready yet",
        f"it has been starting, stopping or recovering for more than {PATIENCE} s",
        f"its log in {layout.log} says how far it is; run the same command again later",
    )


def stop(layout: Layout, installation: Installation, mode: str) -> None:
    """Stop the server and wait until it is gone; ServerError when it takes too long."""
    arguments = ["stop", "--silent", "--wait", f"--timeout={PATIENCE}", f"--mode={mode}", "--pgdata=data"]
    done = programs.run(installation.program("pg_ctl"), arguments, layout.account, layout.home)
    if done.returncode and process.find(layout.data):
        raise ServerError.of(
            "SRV013",
            "PostgreSQL did not stop",
            f"after {PATIENCE} s it still runs: {done.stdout.strip()}",
            "close the sessions that it waits for, or use mode `immediate`; it recovers at its next start",
        )


def _options(settings: Mapping[str, str]) -> str:
    return shlex.join(word for name, value in settings.items() for word in ("-c", f"{name}={value}"))


def _unusable(port: int, reason: str) -> ServerError:
    return ServerError.of(
        "SRV007",
        "the server's port cannot be used",
        f"the server cannot listen on {ports.HOST}:{port}: {reason}",
        "stop what listens there, or set another `port` under `database` in the manifest (without one, a free port "
        "is found; those below 1024 are for root)",
    )


def _moved(before: int | None, now: int, reason: str | None) -> Finding:
    return Finding(
        "SRV008",
        "the server moved to another port",
        f"port {before} could not be used ({reason}); it listens on {ports.HOST}:{now} from now on",
        "`tapdb info` says how to connect; set `port` under `database` to insist on one",
        severity=Severity.WARNING,
    )
