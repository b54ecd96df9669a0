"""What a plain YAML scalar means under the YAML 1.2 core schema (https://yaml.org/spec/1.2.2/#103-core-schema).

So `NO`, `on` and `2024-01-01` are strings, `0777` is the number 777, and only true and false are booleans.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tapdb_ctl.manifest import numbers

if TYPE_CHECKING:
    from decimal import Decimal

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NUMBER_STARTS = frozenset("+-.0123456789")


def resolve(text: str) -> str | int | Decimal | bool | None:
    """The value of an unquoted scalar."""
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in _NUMBER_STARTS else text


def _number(text: str) -> str | int | Decimal:
    if _INTEGER.fullmatch(text):
        return numbers.integer(text)
    if _BASED.fullmatch(text):
        return int(text, 0) if len(text) <= numbers.MAX_DIGITS else numbers.NOT_STORABLE
    if _DECIMAL.fullmatch(text):
        return numbers.decimal(text)
    return numbers.NOT_STORABLE if _NOT_FINITE.fullmatch(text) else text
