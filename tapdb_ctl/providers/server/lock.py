"""One process at a time: the lock under which the server is initialised, started and stopped."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from tapdb_ctl.errors import ServerError
from tapdb_ctl.providers.server import private

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_POLL = 0.05


@contextmanager
def held(path: Path, timeout: float) -> Iterator[int]:
    """Hold the lock inside the block; gives its descriptor. `timeout` is in seconds.

    flock belongs to the open file, not to the process, so a child that inherits the descriptor keeps the
    lock: an initdb whose tapdb was killed still keeps others away until it is done. (The lock libraries
    hide their descriptor, which is why this one is our own.)
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        private.lend(descriptor, path.parent)
        _acquire(descriptor, path, timeout)
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, timeout: float) -> None:
    attempts = Retrying(
        retry=retry_if_exception_type(BlockingIOError), stop=stop_after_delay(timeout), wait=wait_fixed(_POLL)
    )
    try:
        attempts(fcntl.flock, descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except RetryError as error:
        raise ServerError.of(
            "SRV014",
            "another tapdb is busy with this server",
            f"{path} has been locked for {timeout:.0f} s",
            "wait for it to finish, or find it with `fuser` on that file; the lock goes with its process",
        ) from error
