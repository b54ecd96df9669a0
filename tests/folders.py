"""Project folders for the real `tapdb` process, their environment on a server of the test run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from worlds import World

MANIFEST = """\
apiVersion: tapdb/v1
kind: Environment
metadata:
  name: dev
spec:
  database:
    engine: postgres
    host: {host}
    port: {port}
    user: {user}
    password: {{env: TAPDB_TEST_PASSWORD}}
    name: {database}
  catalogs:
    - name: lab
      path: ../templates/lab
      prune: true
"""


@dataclass(frozen=True)
class Folder:
    """Manifests and a catalogue on disk, for the database of `world`."""

    path: Path
    world: World

    def write(self, templates: list[dict[str, Any]], port: int = 0, **spec: Any) -> None:
        """The files, with more parts of the environment's `spec`."""
        server = self.world.server
        text = MANIFEST.format(
            host=server.host, port=port or server.port, user=server.user, database=self.world.database
        )
        text += "".join(f"  {part}: {json.dumps(value)}\n" for part, value in spec.items())
        for name, content in (
            ("manifests/dev.yaml", text),
            ("templates/lab/pack.json", json.dumps({"templates": templates})),
        ):
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """The real process, in a folder and with a home of its own; `more` are environment variables."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.path),
            "TAPDB_TEST_PASSWORD": self.world.server.password,
            **more,
        }
        command = [str(Path(sys.executable).with_name("tapdb")), *arguments]
        return subprocess.Popen(
            command,
            cwd=self.path,
            env=environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: str, **more: str) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of a process that is left to end."""
        with self.start(*arguments, **more) as process:
            out, err = process.communicate(timeout=120)
        assert self.world.server.password not in out + err
        assert "Traceback" not in out + err
        return process.returncode, out, err


def pack(count: int, **changed: Any) -> list[dict[str, Any]]:
    """Templates as a pack declares them."""
    return [
        {
            "name": f"Tube {number}",
            "polymorphic_discriminator": "container_template",
            "category": "container",
            "type": "tube",
            "subtype": f"t{number}",
            "version": "1.0",
            "instance_prefix": "CX",
            "json_addl": {"properties": {"volume": number}},
            **changed,
        }
        for number in range(count)
    ]
