"""A deadline for answers, so that a server that fell silent holds no command up for ever."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from psycopg2.extensions import connection

GRACE = 5.0
"""Seconds that an answer may take to arrive once the server had to give one."""


class Deadline:
    """Inside the block the connection is cut when `seconds` and the grace are over; None is without limit.

    TCP notices a host that is gone, but not a proxy or pooler that acknowledges for a server that does not answer.
    A thread can end what the main one waits for in libpq; psycopg2's own way, a wait callback, has no COPY.
    """

    passed = False

    def __init__(self, connection: connection, seconds: float | None) -> None:
        self.seconds = None if seconds is None else seconds + GRACE
        self._connection = connection
        self._timer: threading.Timer | None = None
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        if self.seconds is not None and not self._connection.closed:
            # a duplicate, so that a number that was closed and given to another file is never cut
            self._socket = socket.socket(fileno=os.dup(self._connection.fileno()))
            self._timer = threading.Timer(self.seconds, self._cut)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer and self._socket:
            self._timer.cancel()
            self._timer.join()
            self._socket.close()

    def _cut(self) -> None:
        self.passed = True
        with suppress(OSError):
            assert self._socket
            self._socket.shutdown(socket.SHUT_RDWR)
