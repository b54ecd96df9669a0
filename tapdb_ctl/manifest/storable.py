"""What jsonb cannot hold, and what no template needs: found by one walk, taken only when the text gives cause."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from tapdb_ctl.manifest.numbers import MAX_DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.jsonvalue import JsonValue, Path

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
MAX_DEPTH = 64
"""Levels of nesting in one document; what walks values recursively relies on this bound."""


def problems(value: JsonValue) -> Iterator[tuple[str, Path, str]]:
    """(code, path, what is wrong) of every part that cannot be stored, in document order; never recurses."""
    pending: list[tuple[JsonValue, Path]] = [(value, ())]
    while pending:
        item, path = pending.pop()
        if why := _problem(item):
            yield "MAN010", path, why
        if isinstance(item, dict | list) and len(path) >= MAX_DEPTH:
            yield "MAN008", path, f"more than {MAX_DEPTH} levels"
        elif isinstance(item, dict):
            yield from (("MAN010", path, f"a key: {why}") for key in item if (why := _problem(key)))
            pending.extend((child, (*path, key)) for key, child in reversed(item.items()))
        elif isinstance(item, list):
            pending.extend((child, (*path, index)) for index, child in reversed(list(enumerate(item))))


def cleaned(value: JsonValue) -> JsonValue:
    """The value with every such part replaced, so that what comes after need not expect any."""
    if isinstance(value, dict):
        return {_text(key): cleaned(child) for key, child in value.items()}
    if isinstance(value, list):
        return [cleaned(child) for child in value]
    if isinstance(value, str):
        return _text(value)
    return 0 if isinstance(value, Decimal) and not value.is_finite() else value


def _text(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text)


def _problem(item: JsonValue) -> str:
    """Why this one value cannot be stored; empty when it can.

    https://www.postgresql.org/docs/current/datatype-json.html: jsonb rejects U+0000 and unpaired surrogates.
    """
    if isinstance(item, Decimal):
        return "" if item.is_finite() else f"a number that is not finite, or needs more than {MAX_DIGITS} digits"
    if not isinstance(item, str):
        return ""
    if not (found := _UNSTORABLE.search(item)):
        return ""
    return "text with the character U+0000" if found[0] == "\0" else "text with half of a surrogate pair"
