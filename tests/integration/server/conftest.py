"""Folders and servers of a single test."""

from __future__ import annotations

import shutil
import tempfile
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


@pytest.fixture
def make(project: Path) -> Iterator[Make]:
    """A factory of servers, stopped after the test wherever they came to live."""
    made: list[EmbeddedServer] = []

    def server(
        environment: str = "dev",
        major: int = 16,
        home: Path | None = None,
        at: Path = project,
        port: int | None = None,
    ) -> EmbeddedServer:
        made.append(EmbeddedServer(environment, major, home, at, port, FAST))
        return made[-1]

    yield server
    for each in made:
        if process.find(each.status().data_dir / "data"):
            each.stop("immediate")
