"""Databases that daylily-tapdb 0.1.13 builds, seeds and works in, each time as a process of its own virtualenv."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import upstream
from tapdb_ctl.assets import asset

if TYPE_CHECKING:
    from pg_servers import Server

COMPAT = Path(__file__).parent / "integration" / "compat"


def packs(folder: Path) -> Path:
    """The core pack and the templates of the compatibility run, laid out as 0.1.13 seeds them."""
    shutil.copytree(asset("templates") / "core", folder, dirs_exist_ok=True)
    shutil.copy(COMPAT / "pack.json", folder / "generic" / "compat.json")
    return folder


@dataclass(frozen=True)
class Upstream:
    """The published library at a database, which may be its own or ours."""

    server: Server
    database: str
    packs: Path

    def build(self) -> None:
        """Its schema, its identity prefixes, its seeding."""
        self.run("-m", "daylily_tapdb.cli", "db", "schema", "apply", "dev")
        seed = ("db", "data", "seed", "dev", "--include-workflow", "--config", str(self.packs))
        self.run("-m", "daylily_tapdb.cli", *seed)

    def behave(self) -> dict[str, Any]:
        """What each behaviour of the driver shows here."""
        seen: dict[str, Any] = json.loads(self.run(str(COMPAT / "driver")))
        return seen

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [self._python(), *arguments],
            cwd=upstream.source(),
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _python(self) -> str:
        return str(upstream.python())

    def _environment(self) -> dict[str, str]:
        s = self.server
        at = {"HOST": s.host, "PORT": str(s.port), "USER": s.user, "PASSWORD": s.password, "DATABASE": self.database}
        prefixes = {"TAPDB_USER_EUID_PREFIX": "TSR", "AUDIT_LOG_EUID_PREFIX": "TAD"}
        return {
            "PATH": f"{s.bin}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.packs.parent),
            "TAPDB_COMPAT_URL": f"postgresql://{s.user}:{s.password}@{s.host}:{s.port}/{self.database}",
            "TAPDB_COMPAT_PACKS": str(self.packs),
            **{f"TAPDB_DEV_{name}": value for name, value in (at | prefixes).items()},
        }


class StandIn(Upstream):
    """Our library in its place: what imports it gets ours."""

    def _python(self) -> str:
        return sys.executable

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "PYTHONPATH": str(COMPAT / "stand_in")}
