"""What a crash leaves behind does not keep the server from starting."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import psycopg2
import pytest

import unprivileged
from tapdb_ctl.errors import ServerError
from tapdb_ctl.providers.server import launch, lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pg_servers import Server
    from tapdb_ctl.providers.server.server import EmbeddedServer, Endpoint

    Make = Callable[..., EmbeddedServer]


def answers(endpoint: Endpoint) -> bool:
    psycopg2.connect(
        host=endpoint.host, port=endpoint.port, user=endpoint.user, password=endpoint.password, dbname="postgres"
    ).close()
    return True


def pid_file(server: EmbeddedServer) -> Path:
    return server.status().data_dir / "data/postmaster.pid"


def kill(server: EmbeddedServer) -> str:
    """Kill the postmaster; gives the pid file that it could not remove."""
    status = server.status()
    assert status.pid
    os.kill(status.pid, signal.SIGKILL)
    while server.status().running:
        time.sleep(0.01)
    return pid_file(server).read_text()


def test_a_killed_postmaster(make: Make) -> None:
    server = make()
    before = server.start()
    kill(server)
    status = server.status()
    assert (status.running, status.pid, status.port) == (False, None, before.port)
    assert server.stop() is False
    assert server.start() == before
    assert answers(before)


def test_an_immediate_stop(make: Make) -> None:
    server = make()
    before = server.start()
    assert server.stop("immediate") is True
    assert server.start() == before


@pytest.fixture
def sleeper(make: Make) -> Iterator[int]:
    """A process of the server's own account that has nothing to do with it."""
    server = make()
    server.start()
    owner = pid_file(server).stat()
    user, group = (owner.st_uid, owner.st_gid) if os.geteuid() == 0 else (None, None)
    with subprocess.Popen(["sleep", "600"], user=user, group=group) as process:
        yield process.pid
        process.kill()


def with_pid(content: str, pid: int) -> str:
    first, _, rest = content.partition("\n")
    assert first
    return f"{pid}\n{rest}"


def test_a_stale_pid_file_whose_pid_was_given_to_another_process(make: Make, sleeper: int) -> None:
    server = make()
    before = server.start()
    pid_file(server).write_text(with_pid(kill(server), sleeper))
    lock = before.socket_dir / f".s.PGSQL.{before.port}.lock"
    lock.write_text(with_pid(lock.read_text(), sleeper))
    assert not server.status().running
    assert server.stop() is False
    assert answers(server.start())
    assert psutil.pid_exists(sleeper)


def test_a_stale_pid_file_whose_pid_was_given_to_another_postmaster(make: Make, pg18: Server) -> None:
    other = int((pg18.socket_dir.parent / "data/postmaster.pid").read_text().splitlines()[0])
    server = make()
    server.start()
    pid_file(server).write_text(with_pid(kill(server), other))
    assert not server.status().running
    assert server.stop() is False
    assert answers(server.start())
    assert psutil.pid_exists(other)


@pytest.mark.parametrize("content", ["", "12", "not a number\n"])
def test_an_unfinished_pid_file(make: Make, content: str) -> None:
    server = make()
    server.init()
    pid_file(server).write_text(content)
    assert not server.status().running
    assert answers(server.start())


def starter(server: EmbeddedServer) -> subprocess.Popen[bytes]:
    code = (
        "import sys; from pathlib import Path; from tapdb_ctl.providers.server.server import EmbeddedServer;"
        "EmbeddedServer('dev', 16, None, Path(sys.argv[1])).start()"
    )
    return subprocess.Popen([sys.executable, "-c", code, server.project], env=unprivileged.environment())


def appears(folder: Path, pattern: str) -> bool:
    deadline = time.monotonic() + 30
    while not (found := any(folder.glob(pattern))) and time.monotonic() < deadline:
        time.sleep(0.002)
    return found


@pytest.mark.parametrize(
    "moment",
    [
        "init-*",
        "init-*/data/base",
        "init-*/data/global/pg_control",
        "data/PG_VERSION",
        "log/startup.log",
        "data/postmaster.pid",
    ],
)
def test_a_tapdb_killed_on_the_way(make: Make, project: Path, moment: str) -> None:
    server = make()
    home = project / ".tapdb/dev/postgres"
    with starter(server) as process:
        assert appears(home, moment)
        process.send_signal(signal.SIGKILL)
    assert answers(server.start())
    assert list(home.glob("init-*")) == []


def test_a_tapdb_killed_before_it_took_the_password_over(make: Make) -> None:
    server = make()
    server.init()
    home = server.status().data_dir
    (home / "state.json").rename(home / "data/tapdb-state.json")
    assert server.status().initialised
    assert answers(server.start())
    assert not (home / "data/tapdb-state.json").exists()
    assert (home / "state.json").stat().st_mode & 0o777 == 0o600


def test_an_initdb_whose_tapdb_was_killed_is_waited_for(make: Make, project: Path) -> None:
    server = make()
    home = project / ".tapdb/dev/postgres"
    with starter(server) as process:
        assert appears(home, "init-*/data/base")
        (initdb,) = psutil.Process(process.pid).children()
        initdb.suspend()
        process.kill()
    try:
        with pytest.raises(ServerError, match="SRV014"), lock.held(home / "lock", 0.1):
            pass
    finally:
        initdb.resume()
    assert answers(server.start())


def test_what_an_interrupted_init_left_is_removed(make: Make, project: Path) -> None:
    server = make()
    left = project / ".tapdb/dev/postgres/init-dead/data/base"
    left.mkdir(parents=True)
    left.parents[2].chmod(0o755)
    assert answers(server.start())
    assert not left.parents[1].exists()


def test_sessions_that_outlive_a_killed_postmaster_are_waited_for(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    server = make()
    endpoint = server.start()
    busy = psycopg2.connect(
        host=endpoint.host, port=endpoint.port, user="postgres", password=endpoint.password, dbname="postgres"
    )
    backend = psutil.Process(busy.info.backend_pid)
    # A stopped process notices nothing, as one that computes for long does.
    backend.suspend()
    kill(server)
    monkeypatch.setattr(launch, "_PAUSES", (0.05, 0.05))
    try:
        with pytest.raises(ServerError, match="SRV009"):
            server.start()
    finally:
        backend.resume()
        busy.close()
    monkeypatch.undo()
    assert answers(server.start())
