"""Starting and stopping the postmaster with pg_ctl."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tapdb_ctl.errors import Finding, ServerError, Severity
from tapdb_ctl.providers.server import faults, logs, ports, process, programs, sockets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tapdb_ctl.providers.server.binaries import Installation
    from tapdb_ctl.providers.server.layout import Layout
    from tapdb_ctl.providers.server.process import Postmaster
    from tapdb_ctl.providers.server.state import State

PATIENCE = 60
"""Seconds that a start or a stop may take, crash recovery and the last checkpoint included."""

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Launch:
    """What is to be started, and how."""

    layout: Layout
    installation: Installation
    port: int | None
    settings: Mapping[str, str]

    def start(self, state: State) -> tuple[Postmaster, tuple[Finding, ...]]:
        """Start the server on the port that is wanted, else the one remembered, else a free one; and remember it.

        A port can be taken between our look and the server's, so another one is tried. Raises ServerError.
        """
        moved: tuple[Finding, ...] = ()
        for _ in range(_ATTEMPTS):
            chosen = self._placed(state)
            if state.port and chosen.port != state.port and not self.port:
                moved = (_moved(state.port, chosen.port),)
            if chosen != state:
                chosen.save(self.layout.state)
            output = self._pg_ctl_start(chosen)
            # Another tapdb may have been killed after it started the server: then ours failed and theirs counts.
            if running := process.await_ready(self.layout.data, PATIENCE):
                return running, moved
            if not faults.port_taken(output):
                raise faults.failed("start", output, self.layout.home)
            state = chosen
        raise _taken(state.port)

    def _placed(self, state: State) -> State:
        """The state with the port and the socket folder to use now."""
        port = self.port or state.port
        if port is None or not ports.is_free(port):
            if self.port:
                raise _taken(self.port)
            port = ports.free()
        folder = sockets.folder(self.layout, state.sockets)
        return replace(state, port=port, sockets=None if folder == self.layout.sockets else str(folder))

    def _pg_ctl_start(self, state: State) -> str:
        """What pg_ctl and the server said. Paths are relative: pg_ctl hands them to a shell unquoted."""
        startup = self.layout.log / logs.STARTUP
        startup.unlink(missing_ok=True)
        arguments = ["start", "--silent", "--wait", f"--timeout={PATIENCE}", "--pgdata=data"]
        arguments += [f"--log=log/{logs.STARTUP}", f"--options={_options(self._settings(state))}"]
        done = programs.run(self.installation.program("pg_ctl"), arguments, self.layout.account, self.layout.home)
        return done.stdout + logs.tail(self.layout.log, 50) if done.returncode else done.stdout

    def _settings(self, state: State) -> dict[str, str]:
        folder = state.sockets or str(self.layout.sockets)
        quoted = folder.replace('"', '""')
        return {
            "listen_addresses": ports.HOST,
            "port": str(state.port),
            "unix_socket_directories": f'"{quoted}"',
            "unix_socket_permissions": "0700",
            **logs.SETTINGS,
            **self.settings,
        }


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


def _taken(port: int | None) -> ServerError:
    return ServerError.of(
        "SRV007",
        "the server's port is taken",
        f"something else listens on {ports.HOST}:{port}",
        "stop that, or set another `port` under `database` in the manifest (without one, a free port is found)",
    )


def _moved(before: int, now: int | None) -> Finding:
    return Finding(
        "SRV008",
        "the server moved to another port",
        f"port {before} was taken meanwhile; it listens on {ports.HOST}:{now} from now on",
        "`tapdb info` says how to connect; set `port` under `database` to insist on one",
        severity=Severity.WARNING,
    )
