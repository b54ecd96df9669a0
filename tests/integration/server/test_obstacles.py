"""What stands in the way is named, with what to do about it."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
import pytest

import unprivileged
from tapdb_ctl.errors import Finding, ServerError, Severity
from tapdb_ctl.providers.server import binaries, launch, lock, ports
from tapdb_ctl.providers.server import server as server_module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tapdb_ctl.providers.server.server import EmbeddedServer, Endpoint

    Make = Callable[..., EmbeddedServer]


def connect(endpoint: Endpoint) -> psycopg2.extensions.connection:
    return psycopg2.connect(
        host=endpoint.host, port=endpoint.port, user=endpoint.user, password=endpoint.password, dbname="postgres"
    )


@contextmanager
def refused(code: str, *words: str) -> Iterator[list[Finding]]:
    """The block raises one finding of the code, which mentions the words; afterwards the list holds it."""
    told_of: list[Finding] = []
    with pytest.raises(ServerError) as raised:
        yield told_of
    (finding,) = raised.value.findings
    told_of.append(finding)
    told = f"{finding.summary} {finding.detail} {finding.hint}"
    assert finding.code == code, told
    assert finding.hint
    assert [word for word in words if word not in told] == []


@contextmanager
def occupied(port: int) -> Iterator[None]:
    with closing(socket.create_server(("127.0.0.1", port))):
        yield


@contextmanager
def configured(server: EmbeddedServer, line: str) -> Iterator[None]:
    """Inside the block postgresql.conf has one more line."""
    path = server.status().data_dir / "data/postgresql.conf"
    before = path.read_text()
    path.write_text(f"{before}\n{line}\n")
    yield
    path.write_text(before)


def first_privileged() -> int:
    """The first port for everybody; Linux lets the administrator lower it, macOS has none."""
    limit = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    return int(limit.read_text()) if limit.exists() else 0


privileged_ports = pytest.mark.skipif(first_privileged() <= 22, reason="any account may listen on port 22 here")


def test_a_port_that_the_manifest_names_and_something_else_has(make: Make) -> None:
    server = make(port=ports.free())
    with occupied(server.port or 0), refused("SRV007", str(server.port)):
        server.start()
    assert server.start().port == server.port


def test_a_remembered_port_that_was_taken_meanwhile(make: Make) -> None:
    server = make()
    before = server.start()
    server.stop()
    with occupied(before.port):
        after = server.start()
        assert after.port != before.port
        (finding,) = after.findings
        assert (finding.code, finding.severity) == ("SRV008", Severity.WARNING)
        assert str(before.port) in finding.detail
        assert str(after.port) in finding.detail
        connect(after).close()
        server.stop()
    again = server.start()
    assert (again.port, again.findings) == (after.port, ())


def test_a_port_taken_between_our_look_and_the_servers(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    server = make()
    before = server.start()
    server.stop()
    monkeypatch.setattr(ports, "obstacle", lambda _port: None)
    with occupied(before.port):
        after = server.start()
    assert after.port != before.port
    (finding,) = after.findings
    assert finding.code == "SRV008"
    assert "Address already in use" in finding.detail


def test_a_port_that_only_the_server_is_refused(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    server = make(port=ports.free())
    monkeypatch.setattr(ports, "obstacle", lambda _port: None)
    with occupied(server.port or 0), refused("SRV007", str(server.port), "Address already in use"):
        server.start()
    assert make().status().port is None


@privileged_ports
def test_a_privileged_port_is_named_as_the_reason_and_not_remembered(make: Make) -> None:
    with refused("SRV007", "127.0.0.1:22", "Permission denied"):
        make(port=22).start()
    endpoint = make().start()
    assert endpoint.port != 22
    assert endpoint.findings == ()


@privileged_ports
def test_a_privileged_port_remembered_by_an_earlier_version_is_left(make: Make) -> None:
    server = make()
    server.init()
    path = server.status().data_dir / "state.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"port": 22}))
    (finding,) = server.start().findings
    assert finding.code == "SRV008"
    assert "22 could not be used (Permission denied)" in finding.detail
    assert server.status().port != 22


def test_a_port_of_a_start_that_failed_is_not_remembered(make: Make) -> None:
    server = make(port=ports.free())
    server.init()
    with configured(server, "nonsense = 1"), refused("SRV011", "nonsense"):
        server.start()
    assert make().status().port is None


def test_a_manifest_that_names_another_port_than_the_running_server_has(make: Make) -> None:
    running = make().start()
    (finding,) = make(port=ports.free()).start().findings
    assert finding.code == "SRV017"
    assert str(running.port) in finding.detail


@pytest.fixture
def small_disk(project: Path) -> Iterator[Path]:
    """A file system of 24 MB, less than a new server takes."""
    place = project / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=755", "tmpfs", place], check=False)
    if mounted.returncode:
        pytest.skip("file systems cannot be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def test_a_full_disk(make: Make, small_disk: Path) -> None:
    server = make(home=small_disk / "server")
    with refused("SRV010", str(small_disk)):
        server.start()
    assert not server.initialised()
    assert not list((small_disk / "server").glob("init-*"))

    subprocess.run(["mount", "-o", "remount,size=300m", small_disk], check=True)
    connect(server.start()).close()
    server.stop()

    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space left"):
        filler.write_bytes(bytes(300 << 20))
    with refused("SRV010", str(small_disk)):
        server.start()
    filler.unlink()
    connect(server.start()).close()
    server.stop()


def test_data_of_another_major_version_is_opened_with_its_own_programs(make: Make) -> None:
    make(major=18).init()
    with closing(connect(make(major=16).start())) as connection:
        assert connection.info.server_version // 10000 == 18


def test_data_of_a_major_version_that_is_not_installed(make: Make) -> None:
    server = make()
    server.init()
    (server.status().data_dir / "data/PG_VERSION").write_text("9\n")
    with refused("SRV002", "PostgreSQL 9", "16.", ".[embedded]"):
        server.start()


def test_programs_of_another_major_version_were_named(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    server = make(major=18)
    server.init()
    monkeypatch.setenv("TAPDB_PG_BIN", str(binaries.find(16).bin))
    with refused("SRV002", "PostgreSQL 18", "TAPDB_PG_BIN", "16."):
        server.start()


def test_no_programs_at_all(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "find_spec", lambda _name: None)
    monkeypatch.setattr(binaries, "_INSTALL_FOLDERS", ())
    monkeypatch.setenv("PATH", "/nonexistent")
    server = make()
    with refused("SRV002", ".[embedded]"):
        server.start()
    assert not server.initialised()


def test_a_named_folder_without_programs(make: Make, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPDB_PG_BIN", str(project))
    with refused("SRV003", str(project), "initdb"):
        make().start()


def test_a_program_that_is_not_there(make: Make) -> None:
    with refused("SRV004", "pg_nonesuch"):
        make().binary("pg_nonesuch")


@pytest.mark.parametrize(
    "content", [None, "", "{}", '{"password": "sesame"', '["sesame"]', '{"password": "sesame", "x": 1}']
)
def test_a_lost_password(make: Make, content: str | None) -> None:
    server = make()
    server.init()
    state = server.status().data_dir / "state.json"
    if content is None:
        state.unlink()
    else:
        state.write_text(content)
    with refused("SRV016", str(state)):
        server.start()
    with pytest.raises(ServerError) as raised:
        server.status()
    assert "sesame" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_damaged_data_directory(make: Make) -> None:
    server = make()
    server.init()
    (server.status().data_dir / "data/PG_VERSION").write_text("")
    with refused("SRV015", "PG_VERSION"):
        server.start()


@pytest.mark.parametrize("lost", ["PG_VERSION", "global/pg_control", "global"])
def test_a_data_directory_that_lacks_something_is_damaged_and_its_password_kept(make: Make, lost: str) -> None:
    server = make()
    before = server.start()
    server.stop()
    home = server.status().data_dir
    remembered = (home / "state.json").read_text()
    (home / "data" / lost).rename(home / "lost")
    for attempt in (server.initialised, server.data_major, server.init, server.start):
        with refused("SRV015", str(home), "missing"):
            attempt()
    assert (home / "state.json").read_text() == remembered
    (home / "lost").rename(home / "data" / lost)
    connect(server.start()).close()
    assert server.start() == before


def test_an_empty_data_directory_gives_way(make: Make, project: Path) -> None:
    (project / ".tapdb/dev/postgres/data").mkdir(parents=True)
    connect(make().start()).close()


def test_a_cluster_that_cannot_take_its_place_leaves_the_password_of_the_one_before(make: Make) -> None:
    server = make()
    server.init()
    home = server.status().data_dir
    remembered = (home / "state.json").read_text()
    (home / "data").rename(home / "moved")
    (home / "data").symlink_to(home / "nowhere")
    with refused("SRV006", str(home / "data")) as told:
        server.init()
    assert "writable" not in told[0].hint
    assert (home / "state.json").read_text() == remembered
    (home / "data").unlink()
    (home / "moved").rename(home / "data")
    connect(server.start()).close()


def test_a_setting_that_the_server_does_not_take(make: Make) -> None:
    server = make()
    server.init()
    with configured(server, "max_connections = many"), refused("SRV011", "max_connections"):
        server.start()


def test_a_failed_start_quotes_its_own_last_words_and_the_log_ends_with_them(make: Make) -> None:
    server = make()
    server.start()
    server.stop()
    before = server.logs(1)
    assert "shut down" in before
    with (
        configured(server, "nonsense = 1"),
        refused("SRV011", 'unrecognized configuration parameter "nonsense"') as told,
    ):
        server.start()
    assert before not in told[0].detail
    assert "nonsense" in "\n".join(server.logs(3).splitlines())
    server.start()
    assert "ready to accept connections" in server.logs(1)


def test_a_start_that_fails_after_the_collector_began_quotes_the_collectors_words(make: Make) -> None:
    server = make()
    server.start()
    server.stop()
    with configured(server, "shared_preload_libraries = 'nonesuch'"), refused("SRV011", "nonesuch"):
        server.start()
    with configured(server, "recovery_target_timeline = 99\nrestore_command = 'false'"):
        (server.status().data_dir / "data/recovery.signal").touch(mode=0o644)
        with refused("SRV011", "recovery target timeline 99 does not exist") as told:
            server.start()
    assert "nonesuch" not in told[0].detail


def test_another_tapdb_that_does_not_come_to_an_end(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    server = make()
    server.init()
    monkeypatch.setattr(server_module, "_LOCK_TIMEOUT", 0.2)
    path = server.status().data_dir / "lock"
    with lock.held(path, 1), refused("SRV014", str(path)):
        server.start()
    server.start()


def test_a_session_that_keeps_the_server_from_stopping(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    server = make()
    endpoint = server.start()
    monkeypatch.setattr(launch, "PATIENCE", 1)
    with closing(connect(endpoint)):
        with refused("SRV013", "immediate"):
            server.stop("smart")
        assert server.stop("fast")


def test_a_folder_without_write_permission(project: Path) -> None:
    code = "EmbeddedServer('dev', 16, Path(sys.argv[1]), Path(sys.argv[1])).start()"
    project.chmod(0o555)
    done = unprivileged.run(code, project / "server")
    assert done.returncode == 1
    assert "SRV005" in done.stderr
    assert str(project / "server") in done.stderr


@pytest.mark.parametrize(("name", "code"), [("file", "SRV005"), ("file/below", "SRV005"), ("n" * 300, "SRV006")])
def test_a_folder_that_cannot_be_one(make: Make, project: Path, name: str, code: str) -> None:
    (project / "file").touch()
    with refused(code, str(project)):
        make(home=project / name).start()


def test_a_deleted_folder_begins_anew(make: Make) -> None:
    server = make()
    first = server.start()
    server.stop()
    shutil.rmtree(server.status().data_dir)
    assert server.start().password != first.password
