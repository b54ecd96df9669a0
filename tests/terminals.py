"""A terminal of our own, for what a process does only when a person sits before it."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from folders import Folder

PATIENCE = 60


class Terminal:
    """What a process on a pseudo-terminal has written so far, and the keyboard."""

    def __init__(self, descriptor: int) -> None:
        self.text = ""
        self._descriptor = descriptor

    def wait_for(self, words: str) -> None:
        """Read until the process has written `words`, or has ended."""
        deadline = monotonic() + PATIENCE
        while words not in self.text and monotonic() < deadline:
            ready, _, _ = select.select([self._descriptor], [], [], 1)
            if ready and not self._read():
                break
        assert words in self.text, self.text

    def read_all(self) -> str:
        """Everything until the process ends."""
        while self._read():
            pass
        return self.text

    def type(self, words: str) -> None:
        os.write(self._descriptor, words.encode())

    def _read(self) -> bool:
        try:
            data = os.read(self._descriptor, 65536)
        except OSError:  # Linux says EIO when the other side is closed
            return False
        self.text += data.decode(errors="replace").replace("\r\n", "\n")
        return bool(data)


@contextmanager
def terminal(
    command: list[str], cwd: Path, env: Mapping[str, str]
) -> Iterator[tuple[subprocess.Popen[bytes], Terminal]]:
    """Run a command with a terminal as its standard input, output and error."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, cwd=cwd, env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as process:
        os.close(theirs)
        try:
            yield process, Terminal(ours)
        finally:
            process.kill()
            os.close(ours)


@contextmanager
def tapdb_at(folder: Folder, *arguments: str, **more: str) -> Iterator[tuple[subprocess.Popen[bytes], Terminal]]:
    """The real `tapdb` in a project folder, at a terminal."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder.path),
        "TERM": "xterm",
        "TAPDB_TEST_PASSWORD": folder.world.server.password,
        **more,
    }
    command = [str(Path(sys.executable).with_name("tapdb")), *arguments]
    with terminal(command, folder.path, environment) as (process, screen):
        yield process, screen
    assert folder.world.server.password not in screen.text
