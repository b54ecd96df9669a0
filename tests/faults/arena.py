"""A server of its own for strikes, since some take it down, and the project folders that are applied to it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2

import pg_servers
from faults import canaries, scenes, states
from faults.moments import Course, Tracker
from folders import Folder
from proxy import proxied
from worlds import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faults.scenes import Scene
    from faults.states import State
    from pg_servers import Server

ROLE = "canary"
"""Who applies; whoever watches connects as somebody else, so that strikes find tapdb's sessions by this name."""

STATEMENT_TIMEOUT = 3
LOCK_TIMEOUT = 2
"""Seconds."""

LONGEST = 300
"""Seconds after which a process is taken to hang: ten times what any wait may take, for busy machines."""


@dataclass(frozen=True)
class Ended:
    """A process that ended, or was killed because it hung."""

    code: int
    out: str
    err: str
    hung: bool = False


@dataclass
class Project:
    """A folder of manifests; how it comes by its password, `source` says."""

    folder: Folder
    source: str
    said: list[Ended] = field(default_factory=list)
    """How each of its processes ended."""

    def write(self, templates: list[dict[str, Any]], port: int = 0, timeout: str = f"{STATEMENT_TIMEOUT}s") -> None:
        self.folder.write(templates, port)
        manifest = self.folder.path / "manifests" / "dev.yaml"
        text = manifest.read_text().replace("password: {env: TAPDB_TEST_PASSWORD}", self.source)
        manifest.write_text(text.replace("    name:", f"    statement_timeout: {timeout}\n    name:"))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The real command; a source tree in PYTHONPATH goes before the installed one."""
        ambient = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
        return self.folder.start(*arguments, TAPDB_TEST_PASSWORD="", **ambient, **canaries.SOURCES[self.source])

    def ended(self, process: subprocess.Popen[str]) -> Ended:
        """Its end; it is killed when it does not come."""
        with process:
            try:
                out, err = process.communicate(timeout=LONGEST)
                end = Ended(process.returncode, out, err)
            except subprocess.TimeoutExpired:
                process.kill()
                end = Ended(-9, *process.communicate(), hung=True)
        self.said.append(end)
        return end

    def run(self, *arguments: str) -> Ended:
        return self.ended(self.start(*arguments))


@dataclass(frozen=True)
class Example:
    """How an undisturbed apply goes, and from where to where."""

    before: State | None
    after: State
    course: Course


APPLY = ("apply", "--auto-approve", "--allow-destroy", "template", "--lock-timeout")


@dataclass
class Arena:
    """A server, and what undisturbed applies on it look like."""

    server: Server
    folder: Path
    home: Path
    """The server's, with its data and its logs."""
    count: int
    """How many templates an apply makes, changes or retires."""
    examples: dict[str, Example] = field(default_factory=dict)

    def world(self, database: str) -> World:
        """A database as the watcher sees it."""
        return World(self.server, database)

    def project(self, name: str, source: str, folder: str = "") -> Project:
        """A folder whose environment is the database of that name, reached as the role that applies."""
        path = self.folder / (folder or name)
        path.mkdir()
        applying = replace(self.server, user=ROLE, password=canaries.PASSWORD)
        return Project(Folder(path, World(applying, name)), source)

    @contextmanager
    def database(self, scene: Scene, name: str, tablespace: str = "pg_default") -> Iterator[None]:
        """What the scene wants of the database to be there; dropped afterwards."""
        if scene.copied:
            self.server.run(f"CREATE DATABASE {name} TEMPLATE {scenes.BASE} TABLESPACE {tablespace}")
        try:
            yield
        finally:
            self.server.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def sessions(self) -> list[int]:
        """The server's processes that work for tapdb; none while it restarts."""
        with suppress(psycopg2.OperationalError):
            found = self.world("postgres").sql("SELECT pid FROM pg_stat_activity WHERE usename = %s", ROLE)
            return [pid for (pid,) in found]
        return []

    def settle(self) -> bool:
        """Wait until the server answers and has missed the clients that are gone; whether that came to be."""
        deadline = time.monotonic() + LONGEST
        while time.monotonic() < deadline:
            with suppress(psycopg2.Error), closing(psycopg2.connect(self.server.dsn())):
                if not self.sessions():
                    return True
            time.sleep(0.05)
        return False

    def example(self, scene: Scene) -> Example:
        """An undisturbed apply of the scene, watched once."""
        if scene.name not in self.examples:
            self.examples[scene.name] = self._watched(scene, f"fault_example_{len(self.examples)}")
        return self.examples[scene.name]

    def _watched(self, scene: Scene, name: str) -> Example:
        tracker = Tracker()
        project = self.project(name, next(iter(canaries.SOURCES)))
        with self.database(scene, name), proxied(self.server.port, tracker) as port:
            project.write(scene.wanted(self.count), port)
            before = states.read(self.world(name))
            started = time.monotonic()
            end = project.run(*APPLY, "30s")
            seconds = time.monotonic() - started
            assert end.code == 0, end.err
            after = states.read(self.world(name))
            assert after
        return Example(before, after, Course(seconds, tuple((at - started, stage) for at, stage in tracker.heard)))


@contextmanager
def arena(major: int, folder: Path, count: int = 2000) -> Iterator[Arena]:
    """A server of this major version in `folder`, with the database in use that scenes are copied from."""
    # Processes inherit an interrupt that is ignored, as in the background of a script, and would go on ignoring it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with pg_servers.running(major, folder, f"no PostgreSQL {major}") as server:
        server.run(f"CREATE ROLE {ROLE} SUPERUSER LOGIN PASSWORD '{canaries.PASSWORD}'")
        made = Arena(server, folder, folder / f"pg{major}", count)
        project = made.project(scenes.BASE, next(iter(canaries.SOURCES)))
        project.write(scenes.base(count))
        end = project.run(*APPLY, "30s")
        assert end.code == 0, end.err
        made.world(scenes.BASE).sql(scenes.INSTANCES)
        yield made
