"""Files and folders that only their owner may read, in a folder that may belong to somebody else."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def lend(descriptor: int, directory: Path) -> None:
    """Give an open file that root made to the owner of `directory`, so that the owner can go on without root."""
    if os.geteuid() == 0:
        owner = directory.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def write(path: Path, content: str) -> None:
    """Replace `path`, mode 0600, all or nothing, surviving a crash of the machine.

    A new file takes the name, so that a link planted under it is replaced and never followed.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            lend(file.fileno(), path.parent)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def read(path: Path, start: int = 0) -> str:
    """The text of a file from byte `start`, refusing a symbolic link.

    Root reads in folders that an unprivileged account writes.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, encoding="utf-8", errors="replace") as file:
        file.seek(start)
        return file.read()


def make(directory: Path, mode: int) -> None:
    """Make `directory` and what is missing above it, each with `mode` whatever the umask; touch nothing else.

    Each appears with its mode in one act, since other processes may be waiting for it.
    """
    if directory.is_dir():
        return
    make(directory.parent, mode)
    made = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    made.chmod(mode)
    try:
        made.rename(directory)
    except OSError:
        made.rmdir()
        if not directory.is_dir():
            raise
