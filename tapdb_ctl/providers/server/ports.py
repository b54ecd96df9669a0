"""TCP ports on 127.0.0.1."""

from __future__ import annotations

import secrets
import socket
from itertools import repeat

HOST = "127.0.0.1"

_FIRST, _LAST = 20000, 32767
_TRIES = 200


def is_free(port: int) -> bool:
    """Whether we could listen on the port now."""
    return obstacle(port) is None


def obstacle(port: int) -> str | None:
    """The system's reason why we could not listen on the port now; SO_REUSEADDR as PostgreSQL sets it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return error.strerror
        return None


def free() -> int:
    """A free port that is likely to stay so.

    Taken from below the range that Linux and macOS give to outgoing connections (from 32768), so that it is
    still there after a restart; the system's own choice, if all of two hundred were taken.
    """
    tried = (_FIRST + secrets.randbelow(_LAST - _FIRST) for _ in repeat(None, _TRIES))
    return next(filter(is_free, tried), None) or _systems_choice()


def _systems_choice() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
