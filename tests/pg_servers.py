"""Fixtures: real PostgreSQL servers for the whole test run, and empty databases on them.

`pg16` and `pg18` are the wheel's programs, `pg15` the system's. Each is started once, on first use, with fsync
off, in a folder that its unprivileged account can enter. `server` runs a test against all three;
`fresh_database(server)` makes an empty database (UTF8, locale C) and returns its name.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
import pytest
from psycopg2.extensions import make_dsn

from tapdb_ctl.errors import ServerError
from tapdb_ctl.providers.server.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

_numbers = count(1)


@dataclass(frozen=True)
class Server:
    """A running server, reached over TCP as its superuser."""

    major: int
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    socket_dir: Path
    bin: Path

    @property
    def psql(self) -> Path:
        return self.bin / "psql"

    def dsn(self, dbname: str = "postgres") -> str:
        return make_dsn(host=self.host, port=self.port, user=self.user, password=self.password, dbname=dbname)

    def run(self, statement: str) -> None:
        """Execute one statement outside any transaction, in the database postgres."""
        with closing(psycopg2.connect(self.dsn())) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that every account can pass through; pytest's own are for the user who runs it alone."""
    folder = Path(tempfile.mkdtemp(prefix="tapdb-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def running(major: int, folder: Path, missing: str) -> Iterator[Server]:
    """A server of this major version in `folder`; the test fails with `missing` where its programs are not found."""
    embedded = EmbeddedServer(f"pg{major}", major, folder / f"pg{major}", folder, settings=FAST)
    try:
        bin_folder = embedded.binary("initdb").parent
    except ServerError as error:
        pytest.fail(f"{error}\n{missing}")
    endpoint = embedded.start()
    address = (endpoint.host, endpoint.port, endpoint.user, endpoint.password)
    try:
        yield Server(major, *address, socket_dir=endpoint.socket_dir, bin=bin_folder)
    finally:
        embedded.stop("immediate")


@pytest.fixture(scope="session")
def pg15(open_folder: Path) -> Iterator[Server]:
    with running(15, open_folder, "The system's PostgreSQL 15 is missing: .ci/run installs it with apt.") as server:
        yield server


@pytest.fixture(scope="session")
def pg16(open_folder: Path) -> Iterator[Server]:
    with running(16, open_folder, "Install the extra: pip install -e '.[embedded,dev]'.") as server:
        yield server


@pytest.fixture(scope="session")
def pg18(open_folder: Path) -> Iterator[Server]:
    with running(18, open_folder, "Install the extra: pip install -e '.[embedded,dev]'.") as server:
        yield server


@pytest.fixture(params=["pg15", "pg16", "pg18"])
def server(request: pytest.FixtureRequest) -> Server:
    """One test against each major version."""
    found: Server = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def fresh_database() -> Iterator[Callable[[Server], str]]:
    """A factory of empty databases, dropped after the test whoever is still connected."""
    made: list[tuple[Server, str]] = []

    def make(server: Server) -> str:
        name = f"fresh_{next(_numbers)}"
        server.run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        made.append((server, name))
        return name

    yield make
    for server, name in made:
        server.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
