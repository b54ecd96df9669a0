"""What PostgreSQL can store of texts and of JSON: no zero bytes, and no surrogates by themselves."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_ENCODER = partial(json.JSONEncoder, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_ENCODE = _ENCODER().encode
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def text(value: str) -> str:
    """The text as it is; raises ValueError where PostgreSQL cannot store it."""
    if "\0" in value:
        raise ValueError("a text contains a zero byte")
    if not value.isascii():
        value.encode()
    return value


def is_text(value: str) -> bool:
    """Whether PostgreSQL can store the text."""
    try:
        text(value)
    except ValueError:
        return False
    return True


def document(value: object, default: Callable[[object], object] | None = None) -> str:
    """The JSON of a value, `default` making JSON of what is none.

    Raises ValueError for what JSON cannot say or PostgreSQL not store.
    """
    try:
        found = _ENCODER(default=default).encode(value) if default else _ENCODE(value)
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if not found.isascii():
        found.encode()
    if r"\u0000" in found and _NUL.search(found):
        raise ValueError("a text contains a zero byte")
    return found
