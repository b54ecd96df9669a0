"""Whether a pid file's process is believed to be the server."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil
import pytest

from tapdb_ctl.providers.server import process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def pid_file(data: Path, pid: int, started: float, status: str | None = "ready   ") -> None:
    lines = [pid, data, int(started), 5432, data.parent / "socket", "127.0.0.1", "  1234  5", status]
    (data / "postmaster.pid").write_text("".join(f"{line}\n" for line in lines if line is not None))


@contextmanager
def named(name: str, folder: Path, cwd: Path) -> Iterator[int]:
    """A sleeping process that goes by a name."""
    (folder / name).symlink_to("/bin/sleep")
    with subprocess.Popen([folder / name, "60"], cwd=cwd) as sleeper:
        deadline = time.monotonic() + 5
        while psutil.Process(sleeper.pid).name() != name and time.monotonic() < deadline:
            time.sleep(0.005)
        yield sleeper.pid
        sleeper.kill()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def test_a_postmaster_at_work_in_the_data_directory(data: Path, tmp_path: Path) -> None:
    with named("postgres", tmp_path, data) as pid:
        pid_file(data, pid, time.time())
        found = process.find(data)
    assert found == process.Postmaster(pid, int(found.started) if found else 0, 5432, tmp_path / "socket", ready=True)


def test_a_clock_that_was_set_does_not_matter_where_the_folder_is_known(data: Path, tmp_path: Path) -> None:
    with named("postgres", tmp_path, data) as pid:
        pid_file(data, pid, time.time() - 86_400)
        assert process.find(data)


def test_a_postmaster_at_work_elsewhere(data: Path, tmp_path: Path) -> None:
    with named("postgres", tmp_path, tmp_path) as pid:
        pid_file(data, pid, time.time())
        assert process.find(data) is None


def test_another_program_in_the_same_folder(data: Path, tmp_path: Path) -> None:
    with named("editor", tmp_path, data) as pid:
        pid_file(data, pid, time.time())
        assert process.find(data) is None


@pytest.mark.parametrize(("offset", "believed"), [(0, True), (-3600, False)])
def test_where_the_folder_may_not_be_seen_the_start_time_decides(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offset: int, *, believed: bool
) -> None:
    def denied(_self: psutil.Process) -> str:
        raise psutil.AccessDenied

    with named("postgres", tmp_path, data) as pid:
        pid_file(data, pid, time.time() + offset)
        monkeypatch.setattr(psutil.Process, "cwd", denied)
        assert bool(process.find(data)) is believed


def test_a_process_that_ended_and_was_not_yet_collected(data: Path) -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    while psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.001)
    pid_file(data, child, time.time())
    assert process.find(data) is None
    os.waitpid(child, 0)


@pytest.mark.parametrize(
    ("status", "ready"), [("ready   ", True), ("starting", False), ("stopping", False), (None, False)]
)
def test_only_a_ready_server_is_ready(data: Path, tmp_path: Path, status: str | None, *, ready: bool) -> None:
    with named("postgres", tmp_path, data) as pid:
        pid_file(data, pid, time.time(), status)
        found = process.find(data)
        assert found
        assert found.ready is ready
        assert bool(process.await_ready(data, 0.05)) is ready


@pytest.mark.parametrize("written", ["", "4711\n", "4711\n/elsewhere\n1\n"])
def test_a_pid_file_that_a_server_is_writing_is_left_alone(data: Path, tmp_path: Path, written: str) -> None:
    (data / "postmaster.pid").write_text(written)
    with named("postgres", tmp_path, data):
        process.forget_stale(data)
        assert (data / "postmaster.pid").exists()
    process.forget_stale(data)
    assert not (data / "postmaster.pid").exists()
