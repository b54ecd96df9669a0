"""The embedded server: from nothing, and from a data directory that is there."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from measure import Figure, Scale, seconds

from tapdb_ctl.providers.server import accounts, binaries, ports, programs
from tapdb_ctl.providers.server.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Iterator

MAJOR = 16


def figures(scale: Scale) -> Iterator[Figure]:
    """Cold and warm start, against PostgreSQL's own programs called with the least that does the same."""
    rounds = [(*_ours(), *_bare()) for _ in range(scale.repeats)]
    cold, warm, bare_cold, bare_warm = map(median, zip(*rounds, strict=True))
    yield Figure("embedded server, cold start", cold, "s", "≤ 3 s", bare_cold, "bare initdb and pg_ctl start")
    yield Figure("embedded server, warm start", warm, "s", "≤ 0.5 s", bare_warm, "bare pg_ctl start")


@contextmanager
def _folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # root's server runs as another user
        yield folder


def _ours() -> tuple[float, float]:
    with _folder() as folder:
        server = EmbeddedServer("dev", MAJOR, None, folder)
        cold = seconds(server.start)
        server.stop()
        warm = seconds(server.start)
        server.stop("immediate")
        return cold, warm


def _bare() -> tuple[float, float]:
    with _folder() as folder:
        account = accounts.serving(folder / "data")
        account.give(folder)
        installation = binaries.find(MAJOR)
        options = f"-p {ports.free()} -c unix_socket_directories={folder} -c listen_addresses=127.0.0.1"

        def run(program: str, *arguments: str) -> None:
            done = programs.run(installation.program(program), [*arguments, "-D", "data"], account, folder)
            assert done.returncode == 0, done.stdout

        def start() -> None:
            run("pg_ctl", "start", "-w", "-l", "log", "-o", options)

        cold = seconds(lambda: run("initdb", "--no-locale", "--encoding=UTF8", "--data-checksums")) + seconds(start)
        run("pg_ctl", "stop", "-m", "fast")
        warm = seconds(start)
        run("pg_ctl", "stop", "-m", "immediate")
        return cold, warm
