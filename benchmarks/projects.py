"""A project folder to run `tapdb` in, with an embedded server of its own."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import packs
from measure import child, peak

from tapdb_ctl.cli import wiring
from tapdb_ctl.manifest import loading
from tapdb_ctl.manifest.variables import Variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.manifest.loading import Loaded
    from tapdb_ctl.providers.postgres.target import Target
    from tapdb_ctl.providers.server.server import EmbeddedServer

TAPDB = str(Path(sys.executable).with_name("tapdb"))

MANIFEST = """\
apiVersion: tapdb/v1
kind: Environment
metadata:
  name: dev
spec:
  database:
    engine: embedded
  identity:
    tapdb_user: TSR
    audit_log: TAD
  catalogs:
    - name: lab
      path: ../templates/lab
"""


@dataclass(frozen=True)
class Project:
    """A folder with `manifests/dev.yaml` and the catalogue `templates/lab`."""

    folder: Path

    def tapdb(self, *arguments: str) -> float:
        """Run a command as a process of its own; how many seconds it takes."""
        return child([TAPDB, *arguments], cwd=self.folder, env=self._environment)

    def peak(self, *arguments: str) -> float:
        """The peak memory of a command in MiB."""
        return peak([TAPDB, *arguments], cwd=self.folder, env=self._environment)

    @property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, "HOME": str(self.folder)}

    def load(self) -> Loaded:
        """The environment, read from its files."""
        return loading.load([self.folder / "manifests"], "dev", Variables())

    @property
    def server(self) -> EmbeddedServer:
        """The environment's server."""
        server = wiring.embedded(self.load())
        assert server is not None
        return server

    @property
    def target(self) -> Target:
        """Where the environment's database is; starts the server."""
        target = wiring.locator(self.load())()
        assert target is not None
        return target


@contextmanager
def project(count: int, form: packs.Form = "json") -> Iterator[Project]:
    """A project with `count` templates; its server, if one was started, is stopped at the end."""
    with TemporaryDirectory() as name:
        made = Project(Path(name))
        made.folder.chmod(0o755)  # root's server runs as another user
        (made.folder / "manifests").mkdir()
        (made.folder / "manifests/dev.yaml").write_text(MANIFEST)
        packs.write(made.folder / "templates/lab", count, form)
        try:
            yield made
        finally:
            made.tapdb("pg", "stop-local", "dev")
