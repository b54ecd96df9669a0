"""Folders and servers of a single test."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pg_servers import FAST
from tapdb_ctl.providers.server import process
from tapdb_ctl.providers.server.server import EmbeddedServer

Make = Callable[..., EmbeddedServer]


@pytest.fixture
def project() -> Iterator[Path]:
    """A project's folder that every account can enter."""
    folder = Path(tempfile.mkdtemp(prefix="tapdb-project-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def await_end(data: Path) -> None:
    """Wait for the postmaster to go; not for its parent to notice, which init may take seconds over."""
    deadline = time.monotonic() + 30
    while process.find(data):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def make(project: Path) -> Iterator[Make]:
    """A factory of servers; whatever runs in the project's folder is stopped after the test."""

    def server(
        environment: str = "dev",
        major: int = 16,
        home: Path | None = None,
        at: Path = project,
        port: int | None = None,
    ) -> EmbeddedServer:
        return EmbeddedServer(environment, major, home, at, port, FAST)

    yield server
    for pid_file in project.rglob("data/postmaster.pid"):
        if postmaster := process.find(pid_file.parent):
            os.kill(postmaster.pid, signal.SIGQUIT)
            await_end(pid_file.parent)
