"""The good path: one server, made, started, used, stopped, started again."""

from __future__ import annotations

import os
import stat
import subprocess
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psutil
import psycopg2
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tapdb_ctl.providers.server.server import EmbeddedServer, Endpoint

    Make = Callable[..., EmbeddedServer]


def ask(endpoint: Endpoint, question: str, **instead: Any) -> Any:
    address = {"host": endpoint.host, "port": endpoint.port, "user": endpoint.user, "password": endpoint.password}
    with (
        closing(psycopg2.connect(dbname="postgres", **(address | instead))) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(question)
        return cursor.fetchone()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nothing_is_touched_until_it_is_made(make: Make, project: Path) -> None:
    server = make()
    status = server.status()
    assert (status.initialised, status.running, status.pid, status.version) == (False, False, None, None)
    assert not server.initialised()
    assert server.stop() is False
    assert list(project.iterdir()) == []


def test_init_makes_the_data_and_starts_nothing(make: Make, project: Path) -> None:
    server = make()
    server.init()
    server.init()
    status = server.status()
    assert (status.initialised, status.running, status.version) == (True, False, "16")
    assert status.data_dir == project / ".tapdb/dev/postgres"


def test_a_started_server_answers_over_tcp_and_socket(make: Make) -> None:
    endpoint = make().start()
    assert ask(endpoint, "SELECT 1") == (1,)
    assert ask(endpoint, "SELECT inet_server_addr()", host=str(endpoint.socket_dir)) == (None,)


def test_the_cluster_is_utf8_with_locale_c_checksums_and_scram(make: Make) -> None:
    endpoint = make().start()
    assert ask(endpoint, "SHOW data_checksums") == ("on",)
    assert ask(
        endpoint,
        "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database WHERE datname = 'template1'",
    ) == ("UTF8", "C", "C")
    assert ask(endpoint, "SELECT array_agg(DISTINCT auth_method) FROM pg_hba_file_rules") == (["scram-sha-256"],)


def test_a_wrong_password_is_refused_everywhere(make: Make) -> None:
    endpoint = make().start()
    for host in (endpoint.host, str(endpoint.socket_dir)):
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            ask(endpoint, "SELECT 1", host=host, password="guess")


def test_it_listens_on_the_loopback_address_only(make: Make) -> None:
    server = make()
    endpoint = server.start()
    assert ask(endpoint, "SHOW listen_addresses") == ("127.0.0.1",)
    connections = psutil.Process(server.status().pid).net_connections("tcp")
    assert {c.laddr for c in connections if c.status == psutil.CONN_LISTEN} == {("127.0.0.1", endpoint.port)}


def test_secrets_are_readable_by_their_owner_alone(make: Make) -> None:
    server = make()
    endpoint = server.start()
    home = server.status().data_dir
    assert mode(home / "state.json") == 0o600
    assert [mode(home / name) for name in ("data", "socket", "log")] == [0o700] * 3
    assert all(mode(path) == 0o600 for path in (home / "log").iterdir())
    assert endpoint.password not in repr(endpoint)
    assert endpoint.password not in server.logs(10_000)


def test_the_server_never_runs_as_root(make: Make) -> None:
    server = make()
    server.start()
    assert 0 not in psutil.Process(server.status().pid).uids()


def test_the_callers_environment_does_not_leak_into_the_server(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very secret")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", "/nonexistent")
    server = make()
    server.start()
    environment = psutil.Process(server.status().pid).environ()
    assert not {"AWS_SECRET_ACCESS_KEY", "PGPORT"} & environment.keys()


def test_starting_again_gives_the_same_server(make: Make) -> None:
    server = make()
    first, pid = server.start(), server.status().pid
    assert server.start() == first
    assert server.status().pid == pid


def test_port_password_and_data_survive_a_restart(make: Make) -> None:
    server = make()
    first = server.start()
    ask(first, "SELECT pg_logical_emit_message(false, 'x', 'y')")
    identity = ask(first, "SELECT system_identifier FROM pg_control_system()")
    assert server.stop() is True
    assert server.status().port == first.port
    assert server.stop() is False
    assert server.start() == first
    assert ask(first, "SELECT system_identifier FROM pg_control_system()") == identity


def test_the_log_is_collected_and_told(make: Make) -> None:
    server = make()
    endpoint = server.start()
    with pytest.raises(psycopg2.errors.UndefinedTable):
        ask(endpoint, "SELECT 'an unmistakable statement' FROM nowhere")
    deadline = time.monotonic() + 10
    while "an unmistakable statement" not in server.logs(5):
        assert time.monotonic() < deadline, "the collector writes a little later than the server answers"
        time.sleep(0.01)
    assert len(server.logs(3).splitlines()) == 3
    assert ask(endpoint, "SHOW logging_collector") == ("on",)


def test_old_logs_go(make: Make) -> None:
    server = make()
    server.init()
    log = server.status().log
    for day in range(10, 30):
        (log / f"postgresql-202001{day}-000000.log").write_text("old\n")
    server.start()
    kept = sorted(path.name for path in log.glob("postgresql-*"))
    assert len(kept) == 11
    assert kept[0] == "postgresql-20200120-000000.log"


def test_programs_are_those_of_the_datas_major_version(make: Make) -> None:
    server = make(major=18)
    server.init()
    psql = make(major=16).binary("psql")
    said = subprocess.run([psql, "--version"], check=True, capture_output=True, text=True)
    assert " 18" in said.stdout


def test_git_does_not_see_it(make: Make, project: Path) -> None:
    subprocess.run(["git", "init", "-q", project], check=True)
    make().init()
    said = subprocess.run(["git", "status", "--porcelain"], cwd=project, check=True, capture_output=True, text=True)
    assert said.stdout == ""


def test_the_umask_of_the_caller_does_not_matter(make: Make) -> None:
    before = os.umask(0o077)
    try:
        assert ask(make().start(), "SELECT 1") == (1,)
    finally:
        os.umask(before)
