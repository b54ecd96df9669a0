"""Starting and stopping the postmaster with pg_ctl."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass, replace
from pathlib import Path
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

_PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Launch:
    """What is to be started, and how."""

    layout: Layout
    installation: Installation
    port: int | None
    settings: Mapping[str, str]

    def start(self, before: State) -> tuple[Postmaster, tuple[Finding, ...]]:
        """Start the server on the port that is wanted, else the one remembered, else a free one; and remember it.

        Tried again when a port was taken between our look and the server's, and while processes of a
        killed server are still going away. Raises ServerError.
        """
        state = before
        for pause in _PAUSES:
            state = self._placed(state)
            if state != before:
                state.save(self.layout.state)
            output = self._pg_ctl_start(state)
            # Even after a failure: a tapdb that was killed may have started the server just before.
            if running := await_ready(self.layout):
                return running, self._moved(before, state)
            if not faults.passing(output):
                break
            time.sleep(pause)
        raise faults.failed("start", output, self.layout.home)

    def _moved(self, before: State, now: State) -> tuple[Finding, ...]:
        return (_moved(before.port, now.port),) if before.port and not self.port and before.port != now.port else ()

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
        process.forget_stale(self.layout.data)
        sockets.clear(Path(state.sockets) if state.sockets else self.layout.sockets)
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
