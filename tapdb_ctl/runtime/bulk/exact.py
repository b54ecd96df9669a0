"""JSON that is read to be written again: fractions stay digit by digit what they are, which no float promises."""

from __future__ import annotations

import json
import re
import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MARK = f"\ue000{secrets.token_hex(16)}"
"""Stands before a fraction that is held as a text. Nobody can guess it, so no text of an application's begins so."""

_MARKED = re.compile(f'"{_MARK}([^"]+)"')


def loads(text: str) -> dict[str, Any]:
    """The object, with fractions as marked texts; only `dumps` understands them."""
    found: dict[str, Any] = json.loads(text, parse_float=_MARK.__add__)
    return found


def dumps(document: Mapping[str, Any], encode: Callable[[Mapping[str, Any]], str]) -> str:
    """The JSON of what `loads` gave, as it is by now; `encode` knows the rest of JSON."""
    return _MARKED.sub(r"\1", encode(document))


def same(one: object, other: object) -> bool:
    """Whether two values are the same JSON: numbers by value, but `true` is not 1."""
    match one, other:
        case dict(), dict():
            return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
        case list(), list():
            return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and one == other
