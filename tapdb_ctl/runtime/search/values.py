"""Values that applications search for, checked before they reach the server: what it cannot hold is refused by name."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from tapdb_ctl.errors import InvalidInputError

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def text(value: str) -> str:
    """The text as it is; raises InvalidInputError where PostgreSQL holds no such text, and for what is none."""
    if not isinstance(value, str):
        raise _unstorable(f"{value!r} is no text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise _unstorable(str(error)) from error
    if "\0" in value:
        raise _unstorable(repr(value))
    return value


def moment(value: datetime) -> datetime:
    """The time in UTC; raises InvalidInputError where it gives no offset, since then it means no moment."""
    if isinstance(value, datetime) and value.utcoffset() is not None:
        return value.astimezone(UTC)
    shown = value.isoformat() if isinstance(value, datetime) else f"{value!r} is no datetime"
    raise InvalidInputError.of("RUN035", "a time needs a time zone", shown, "datetime.now(UTC), or .replace(tzinfo=…)")


def document(value: Mapping[str, object]) -> str:
    """A JSON object as text; raises InvalidInputError for what JSON or PostgreSQL cannot hold."""
    if not isinstance(value, Mapping):
        raise InvalidInputError.of("RUN036", "this is no JSON document", f"{value!r} is no object of keys and values")
    try:
        found = json.dumps(value, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise InvalidInputError.of("RUN036", "this is no JSON document", str(error)) from error
    if _NUL.search(found):
        raise _unstorable(found)
    return text(found)


def _unstorable(detail: str) -> InvalidInputError:
    return InvalidInputError.of("RUN032", "no text of PostgreSQL holds this", detail)
