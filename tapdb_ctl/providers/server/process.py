"""Which process is our server: what postmaster.pid says, believed only after a look at the process."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import psutil

_NAMES = ("postgres", "postmaster")
_START_TOLERANCE = 60.0
_LINES = 7


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A live postmaster as its pid file describes it; `ready` once it accepts connections."""

    pid: int
    started: int
    port: int
    sockets: Path
    ready: bool


def find(data: Path) -> Postmaster | None:
    """The live postmaster of this data directory, or None: no file, an unfinished one, or a stale one."""
    found = _read(data / "postmaster.pid")
    return found if found and _is_postmaster(found, data) else None


def await_ready(data: Path, timeout: float) -> Postmaster | None:
    """The postmaster as soon as it is ready; None when it goes away or takes longer than `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while (found := find(data)) and time.monotonic() < deadline:
        if found.ready:
            return found
        time.sleep(0.02)
    return None


def forget_stale(data: Path) -> None:
    """Remove a pid file that would keep PostgreSQL from starting; call only when `find` gave None, under the lock.

    PostgreSQL itself sees through most stale files, and checks for shared memory in use while doing so; it
    gives up on an unfinished file, and on a pid that belongs to another process by now. An unfinished file may
    also be one that a server writes at this moment: without it, a second server could open the same data.
    """
    path = data / "postmaster.pid"
    found = _read(path)
    if psutil.pid_exists(found.pid) if found else not _in_use(data):
        path.unlink(missing_ok=True)


def _in_use(data: Path) -> bool:
    """Whether any PostgreSQL process works in the data directory, as far as we may look."""
    running = psutil.process_iter(["name", "cwd"])
    return any(p.info["name"] in _NAMES and p.info["cwd"] == str(data.resolve()) for p in running)


def _read(path: Path) -> Postmaster | None:
    """The file's lines: pid, data directory, start, port, socket folder, address, shared memory, status.

    https://www.postgresql.org/docs/current/storage-file-layout.html; they are written one after another
    while the server starts.
    """
    try:
        lines = path.read_text().splitlines()
        status = lines[_LINES].strip() if len(lines) > _LINES else "starting"
        return Postmaster(int(lines[0]), int(lines[2]), int(lines[3]), Path(lines[4]), ready=status == "ready")
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _is_postmaster(found: Postmaster, data: Path) -> bool:
    """Whether the pid still is the server, and not a later process that was given the same number.

    A postmaster works in its data directory, which decides where we may look. Elsewhere the start time
    does, with room for a clock that was set since.
    """
    try:
        process = psutil.Process(found.pid)
        if process.status() == psutil.STATUS_ZOMBIE or process.name() not in _NAMES:
            return False
        try:
            return bool(process.cwd() == str(data.resolve()))
        except psutil.AccessDenied:
            return bool(abs(process.create_time() - found.started) < _START_TOLERANCE)
    except psutil.NoSuchProcess:
        return False
