"""A TCP proxy in front of PostgreSQL that understands where the client's messages begin.

https://www.postgresql.org/docs/current/protocol-message-formats.html: after the start-up packet each
message is a type byte and a length. Tests count messages with it, or cut the line at a chosen one.
"""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PROTOCOL_3 = 3


class Cut(Exception):  # noqa: N818  # an order, not an error
    """Raised by a hook: forward the message, drop whatever the server answers, close both ends."""


@contextmanager
def proxied(port: int, hook: Callable[[bytes], None]) -> Iterator[int]:
    """A port that leads to `port`; `hook` sees every typed message of every client before it is forwarded."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, port, hook), daemon=True).start()
        yield listener.getsockname()[1]


def _accept(listener: socket.socket, port: int, hook: Callable[[bytes], None]) -> None:
    with suppress(OSError):  # the listener is closed at the end of the test
        while True:
            client, _ = listener.accept()
            server = socket.create_connection(("127.0.0.1", port))
            threading.Thread(target=_downstream, args=(server, client), daemon=True).start()
            threading.Thread(target=_upstream, args=(client, server, hook), daemon=True).start()


def _upstream(client: socket.socket, server: socket.socket, hook: Callable[[bytes], None]) -> None:
    try:
        for message in _messages(client):
            try:
                if message[:1].isalpha():
                    hook(message)
            except Cut:
                client.shutdown(socket.SHUT_RDWR)
                server.sendall(message)
                return
            server.sendall(message)
    except OSError:
        pass
    finally:
        with suppress(OSError):
            server.shutdown(socket.SHUT_WR)
        client.close()


def _messages(client: socket.socket) -> Iterator[bytes]:
    started = False
    while head := _exactly(client, 5 if started else 4):
        length = struct.unpack("!I", head[-4:])[0]
        body = _exactly(client, length - 4)
        started = started or struct.unpack("!H", body[:2])[0] == _PROTOCOL_3
        yield head + body


def _exactly(client: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size and (chunk := client.recv(size - len(data))):
        data += chunk
    return data


def _downstream(server: socket.socket, client: socket.socket) -> None:
    with suppress(OSError):
        while data := server.recv(65536):
            client.sendall(data)
    with suppress(OSError):
        client.shutdown(socket.SHUT_WR)
    server.close()
