"""A TCP proxy in front of PostgreSQL that understands where the client's messages begin, and can fail.

https://www.postgresql.org/docs/current/protocol-message-formats.html: after the start-up packet each
message is a type byte and a length. Tests count messages with it, or cut the line at a chosen one.
"""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PROTOCOL_3 = 3
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Cut(Exception):  # noqa: N818  # an order, not an error
    """Raised by a hook: forward the message, drop whatever the server answers, close both ends."""


class Mute(Exception):  # noqa: N818  # an order, not an error
    """Raised by a hook: forward the message, drop whatever the server answers, and leave the line open."""


@contextmanager
def proxied(port: int, hook: Callable[[bytes], None]) -> Iterator[int]:
    """A port that leads to `port`; `hook` sees every typed message of every client before it is forwarded."""
    with Proxy(port, hook) as proxy:
        yield proxy.port


class Proxy:
    """A port that leads to another; closing it resets the lines that are still open."""

    def __init__(self, target: int, hook: Callable[[bytes], None]) -> None:
        self._target = target
        self._hook = hook
        self._lines: list[_Line] = []
        self._black = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.reset()

    def reset(self) -> None:
        """End every line with RST, at both ends."""
        for line in self._lines:
            line.reset()

    def swallow(self) -> None:
        """From now on forward nothing, in either direction, of any line; whoever sends is told it arrived."""
        self._black = True
        for line in self._lines:
            line.deaf = line.mute = True

    def _accept(self) -> None:
        with suppress(OSError):  # the listener is closed at the end of the test
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection(("127.0.0.1", self._target))
                except OSError:  # the server restarts: what the client would meet without us
                    _reset(client)
                    continue
                line = _Line(client, server, self._hook, deaf=self._black, mute=self._black)
                self._lines.append(line)
                threading.Thread(target=line.downstream, daemon=True).start()
                threading.Thread(target=line.upstream, daemon=True).start()


@dataclass
class _Line:
    """One client's connection; a deaf one forwards no messages, a mute one no answers."""

    client: socket.socket
    server: socket.socket
    hook: Callable[[bytes], None]
    deaf: bool = False
    mute: bool = False
    ended: bool = field(default=False, init=False)

    def upstream(self) -> None:
        try:
            for message in _messages(self.client):
                if not self._forward(message):
                    return
        except OSError:
            pass
        finally:
            if not (self.deaf or self.ended):  # a black hole does not tell the server that the client has gone
                with suppress(OSError):
                    self.server.shutdown(socket.SHUT_WR)
            self.client.close()

    def _forward(self, message: bytes) -> bool:
        try:
            if message[:1].isalpha():
                self.hook(message)
        except Cut:
            self.client.shutdown(socket.SHUT_RDWR)
            self.server.sendall(message)
            return False
        except Mute:
            self.mute = True
        if not self.deaf:
            self.server.sendall(message)
        return True

    def downstream(self) -> None:
        with suppress(OSError):
            while data := self.server.recv(65536):
                if not self.mute:
                    self.client.sendall(data)
        if not (self.mute or self.ended):
            with suppress(OSError):
                self.client.shutdown(socket.SHUT_WR)
        self.server.close()

    def reset(self) -> None:
        self.ended = True
        _reset(self.client)
        _reset(self.server)


def _reset(end: socket.socket) -> None:
    """Close with RST; a thread that waits for data there is woken first, for it keeps the socket open."""
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        end.shutdown(socket.SHUT_RD)
        end.close()


def _messages(client: socket.socket) -> Iterator[bytes]:
    """Whole messages: what a client that was killed had begun to send is left out."""
    started = False
    while len(head := _received(client, size := 5 if started else 4)) == size:
        length = struct.unpack("!I", head[-4:])[0]
        body = _received(client, length - 4)
        if len(body) < length - 4:
            return
        started = started or struct.unpack("!H", body[:2])[0] == _PROTOCOL_3
        yield head + body


def _received(client: socket.socket, size: int) -> bytes:
    """So many bytes, or fewer when there are no more."""
    data = b""
    while len(data) < size and (chunk := client.recv(size - len(data))):
        data += chunk
    return data
