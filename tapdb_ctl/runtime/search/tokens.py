"""Page tokens: where a page begins, for one search only; opaque, and fit for a URL."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import NamedTuple

from tapdb_ctl.errors import InvalidInputError

_SEAL = 12


class Position(NamedTuple):
    """A row's place in an order, and which way the page goes from there; the row itself is not on it.

    `value` is what the row is ordered by, in the words of JSON; None where it is NULL or the uuid alone orders.
    """

    backwards: bool
    value: str | None
    uuid: int


def written(position: Position, search: bytes) -> str:
    """The token; `search` tells searches apart. It shows the value to whoever decodes it."""
    payload = json.dumps(position).encode()
    return urlsafe_b64encode(_seal(payload, search) + payload).decode().rstrip("=")


def read(token: str, search: bytes) -> Position:
    """Where the page begins; raises InvalidInputError for the token of another search, or none."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raw = b""
    seal, payload = raw[:_SEAL], raw[_SEAL:]
    if seal != _seal(payload, search):
        raise InvalidInputError.of(
            "RUN037",
            "this page is not one of this search",
            "a token goes on with the search that gave it: the same conditions and values, in the same order",
            "begin with the first page",
        )
    return Position(*json.loads(payload))


def _seal(payload: bytes, search: bytes) -> bytes:
    return sha256(sha256(search).digest() + payload).digest()[:_SEAL]
