"""Where the data goes: as root and as a normal user, under closed, long and odd paths."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg2
import pytest

import unprivileged
from tapdb_ctl.errors import ServerError
from tapdb_ctl.providers.server import binaries, layout, sockets

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapdb_ctl.providers.server.server import EmbeddedServer, Endpoint

    Make = Callable[..., EmbeddedServer]

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")

START = """
server = EmbeddedServer("dev", 16, None, Path(sys.argv[1]))
try:
    server.start()
    print(server.status().pid, server.status().data_dir)
except TapdbError as error:
    sys.exit(str(error))
"""


def answers(endpoint: Endpoint, host: str | None = None) -> bool:
    with closing(
        psycopg2.connect(
            host=host or endpoint.host,
            port=endpoint.port,
            user=endpoint.user,
            password=endpoint.password,
            dbname="postgres",
        )
    ):
        return True


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def closed(project: Path) -> Path:
    """A folder like root's home: nobody else may enter."""
    folder = project / "home"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def system_state(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(project / "home"))
    monkeypatch.setattr(layout, "_SYSTEM_STATE", project / "var/tapdb")
    return project / "var/tapdb"


@root_only
def test_root_in_a_closed_home_keeps_the_data_in_the_systems_state_folder(
    make: Make, closed: Path, system_state: Path
) -> None:
    checkout = closed / "checkout"
    checkout.mkdir(mode=0o755)
    server = make(at=checkout)
    assert answers(server.start())
    assert server.status().data_dir.parent == system_state
    assert server.status().data_dir.name.startswith("dev-")
    assert mode(closed) == 0o700
    assert list(checkout.iterdir()) == []


@root_only
def test_projects_with_an_environment_of_the_same_name_never_share(
    make: Make, closed: Path, system_state: Path
) -> None:
    servers = [make(at=closed / name) for name in ("one", "two")]
    places = {server.status().data_dir for server in servers}
    assert len(places) == 2
    assert {place.parent for place in places} == {system_state}


@root_only
def test_xdg_state_home_comes_before_the_systems_folder(
    make: Make, project: Path, closed: Path, system_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(project / "state"))
    server = make(at=closed)
    assert answers(server.start())
    assert server.status().data_dir.parent == project / "state/tapdb"
    assert not system_state.exists()


@root_only
@pytest.mark.usefixtures("system_state")
def test_data_stays_where_it_is_when_a_better_place_opens(make: Make, closed: Path) -> None:
    server = make(at=closed)
    server.init()
    before = server.status()
    closed.chmod(0o755)
    assert server.status() == before


@root_only
def test_data_that_cannot_be_reached_any_more_is_not_forgotten(make: Make, closed: Path) -> None:
    closed.chmod(0o755)
    server = make(at=closed)
    server.init()
    closed.chmod(0o700)
    with pytest.raises(ServerError, match="SRV005"):
        server.start()
    closed.chmod(0o755)
    assert answers(server.start())


@root_only
def test_a_named_folder_out_of_reach_is_an_error(make: Make, closed: Path) -> None:
    with pytest.raises(ServerError, match="SRV005") as raised:
        make(home=closed / "data").start()
    assert "data_dir" in raised.value.findings[0].hint
    assert list(closed.iterdir()) == []


@root_only
def test_programs_in_a_closed_virtualenv_are_copied(make: Make, closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = binaries.find(16).bin.parent
    package = closed / "venv" / installed.parent.name
    shutil.copytree(installed, package / installed.name)
    shutil.copytree(installed.parent.with_name(f"{package.name}.libs"), package.with_name(f"{package.name}.libs"))
    monkeypatch.setenv("TAPDB_PG_BIN", str(package / installed.name / "bin"))
    server = make()
    assert answers(server.start())
    copies = server.status().data_dir / "binaries"
    (first,) = copies.iterdir()
    assert Path(psutil.Process(server.status().pid).exe()).is_relative_to(first)
    assert mode(closed) == 0o700
    assert server.binary("psql").is_relative_to(closed)

    server.stop()
    os.utime(package / installed.name / "bin/postgres")
    assert answers(server.start())
    (second,) = copies.iterdir()
    assert second != first


@pytest.mark.usefixtures("make")
def test_a_normal_user_in_a_closed_home(project: Path) -> None:
    project.chmod(0o700)
    unprivileged.give(project)
    done = unprivileged.run(START, project)
    assert done.returncode == 0, done.stderr
    pid, place = done.stdout.split()
    assert psutil.Process(int(pid)).uids().real == project.stat().st_uid
    assert place == str(project / ".tapdb/dev/postgres")
    assert mode(project) == mode(Path(place)) == 0o700


@root_only
@pytest.mark.usefixtures("make")
def test_a_normal_user_who_may_not_write_in_the_checkout(project: Path) -> None:
    home = project / "somebody"
    home.mkdir(mode=0o700)
    unprivileged.give(home)
    done = unprivileged.run(START, project, XDG_STATE_HOME=str(home / "state"))
    assert done.returncode == 0, done.stderr
    place = Path(done.stdout.split()[1])
    assert place.parent == home / "state/tapdb"
    assert not (project / ".tapdb").exists()


@root_only
def test_root_opens_a_users_server_as_that_user(make: Make, project: Path) -> None:
    project.chmod(0o700)
    unprivileged.give(project)
    assert unprivileged.run(START, project).returncode == 0
    server = make()
    assert answers(server.start())
    server.stop()
    assert answers(server.start())
    assert psutil.Process(server.status().pid).uids().real == project.stat().st_uid
    server.stop()
    again = unprivileged.run(START, project)
    assert again.returncode == 0, again.stderr


@root_only
def test_a_user_cannot_open_roots_server_and_is_told(make: Make, project: Path) -> None:
    password = make().start().password
    done = unprivileged.run(START, project)
    assert done.returncode == 1
    assert "SRV006" in done.stderr
    assert "Traceback" not in done.stderr
    assert password not in done.stderr


def test_a_path_too_long_for_a_socket(make: Make, project: Path) -> None:
    deep = project / ("a" * 60) / ("b" * 60)
    server = make(home=deep)
    endpoint = server.start()
    assert answers(endpoint)
    assert answers(endpoint, str(endpoint.socket_dir))
    assert not endpoint.socket_dir.is_relative_to(project)
    assert mode(endpoint.socket_dir) == 0o700

    os.kill(psutil.Process(server.status().pid).pid, signal.SIGKILL)
    while server.status().running:
        time.sleep(0.01)
    assert server.start().socket_dir == endpoint.socket_dir
    server.stop()
    assert not endpoint.socket_dir.exists()


def test_a_temporary_socket_folder_that_is_not_private_any_more_is_replaced(make: Make, project: Path) -> None:
    server = make(home=project / ("a" * 60) / ("b" * 60))
    before = server.start()
    server.stop()
    owner = (server.status().data_dir / "data").stat()
    before.socket_dir.mkdir()
    os.chown(before.socket_dir, owner.st_uid, owner.st_gid)
    before.socket_dir.chmod(0o777)
    after = server.start()
    assert answers(after, str(after.socket_dir))
    assert after.socket_dir != before.socket_dir
    assert not before.socket_dir.exists()
    server.stop()
    assert not after.socket_dir.exists()


def test_a_failed_start_leaves_no_temporary_socket_folder(
    make: Make, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = make(home=project / ("a" * 60) / ("b" * 60))
    server.init()
    with (server.status().data_dir / "data/postgresql.conf").open("a") as configuration:
        configuration.write("nonsense = 1\n")
    made: list[Path] = []
    really = sockets.folder
    monkeypatch.setattr(sockets, "folder", lambda *told: made.append(really(*told)) or made[0])
    with pytest.raises(ServerError, match="nonsense"):
        server.start()
    assert [folder.name.startswith("tapdb-") for folder in made] == [True]
    assert not made[0].exists()


@pytest.mark.parametrize("name", ['it\'s a "$HOME" `id`', "com,ma", "-ünï"])
def test_odd_names(make: Make, project: Path, name: str) -> None:
    server = make(at=project / name)
    endpoint = server.start()
    assert answers(endpoint)
    assert answers(endpoint, str(endpoint.socket_dir))
    assert server.stop()
    if not endpoint.socket_dir.is_relative_to(project):
        assert not endpoint.socket_dir.exists()
