"""Many processes, one server; and it lives on when they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil
import pytest

import unprivileged

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tapdb_ctl.providers.server.server import EmbeddedServer

    Make = Callable[..., EmbeddedServer]

START = """
import json, sys
from pathlib import Path
from tapdb_ctl.providers.server.server import EmbeddedServer
server = EmbeddedServer("dev", 16, None, Path(sys.argv[1]))
endpoint = server.start()
print(json.dumps([endpoint.port, endpoint.password, server.status().pid]))
"""


def command(project: Path) -> list[str]:
    return [sys.executable, "-c", START, str(project)]


@pytest.mark.usefixtures("make")
def test_eight_processes_opening_it_at_once_get_one_server(project: Path) -> None:
    openers = [
        subprocess.Popen(
            command(project), env=unprivileged.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(8)
    ]
    said = [opener.communicate(timeout=120) for opener in openers]
    assert [error for _, error in said] == [b""] * 8
    assert len({tuple(json.loads(out)) for out, _ in said}) == 1


def test_stops_and_starts_at_once_leave_no_mess(make: Make, project: Path) -> None:
    server = make()
    server.start()
    stop = START.split("endpoint =", maxsplit=1)[0] + "server.stop()"
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(project)],
            env=unprivileged.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for code in [stop, START.replace("print(", "(")] * 3
    ]
    assert [worker.communicate(timeout=120)[1] for worker in workers] == [b""] * 6
    server.start()
    assert server.status().running


def test_it_outlives_its_starter_and_holds_none_of_its_pipes(make: Make, project: Path) -> None:
    server = make()
    done = subprocess.run(command(project), env=unprivileged.environment(), check=True, capture_output=True, timeout=60)
    pid = json.loads(done.stdout)[2]
    assert server.status().pid == pid
    assert os.getsid(pid) != os.getsid(0)
    assert psutil.Process(pid).terminal() is None
    assert psutil.Process(pid).ppid() != os.getpid()
