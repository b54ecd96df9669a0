"""JSON text to a document, at the speed of the standard library's parser.

Nothing is walked unless the text gives cause: repeated keys show in the object hook, bad numbers in the number
hooks, and NUL, surrogates, long digit runs and deep nesting in a scan of the text itself.
"""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from tapdb_ctl.errors import Where
from tapdb_ctl.manifest import numbers, outline
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.documents import Document, Parsed, unstorable
from tapdb_ctl.manifest.sensitive import snippet
from tapdb_ctl.manifest.storable import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from tapdb_ctl.core.jsonvalue import JsonValue
    from tapdb_ctl.errors import Finding

_ESCAPES = re.compile(rb"\\u0000|\\u[dD][89a-fA-F]")
_DIGITS_AS_NINES = bytes(ord("9") if chr(byte).isdigit() else byte for byte in range(128)) + bytes(range(128, 256))
_LONG_NUMBER = b"9" * (numbers.MAX_DIGITS + 1)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


class _Hooks:
    """What the parser calls back; remembers that something is wrong, not where."""

    def __init__(self) -> None:
        self.repeated = False
        self.doubtful = False

    def pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """An object; a later value of a repeated key wins, and the repetition is remembered."""
        value = dict(pairs)
        if len(value) != len(pairs):
            self.repeated = True
        return value

    def decimal(self, text: str) -> Decimal:
        """A number with a fraction or an exponent."""
        value = numbers.decimal(text)
        self.doubtful = self.doubtful or value.is_nan()
        return value

    def constant(self, _: str) -> Decimal:
        """NaN and the infinities, which are not JSON."""
        self.doubtful = True
        return numbers.NOT_STORABLE


def parse(file: str, data: bytes, text: str) -> Parsed:
    """The one document of a JSON file, with what is wrong in it; no document where it is not JSON."""
    hooks = _Hooks()
    doubtful = _is_doubtful(data)
    try:
        value: JsonValue = json.loads(
            text,
            object_pairs_hook=hooks.pairs,
            parse_float=hooks.decimal,
            parse_constant=hooks.constant,
            parse_int=numbers.integer if doubtful else None,
        )
    except json.JSONDecodeError as error:
        where = Where(file, error.lineno, error.colno, snippet(text, error.lineno, is_json=True))
        return Parsed(
            (), (finding("MAN005", error.msg, "JSON allows no comments and no trailing commas", where=where),)
        )
    except RecursionError:
        return Parsed((), (finding("MAN008", f"more than {MAX_DEPTH} levels", where=Where(file, 1, 1)),))
    document = Document(file, 0, value)
    wrong: list[Finding] = [*_repeated(file, text)] if hooks.repeated else []
    if doubtful or hooks.doubtful:
        wrong += unstorable(document)
    return Parsed((document,), tuple(wrong))


def _is_doubtful(data: bytes) -> bool:
    """Whether the document may hold NULs, surrogates, huge integers or too many levels; strings can mislead it."""
    long_number = _LONG_NUMBER in data.translate(_DIGITS_AS_NINES)
    return long_number or _ESCAPES.search(data) is not None or _bracket_depth(data) > MAX_DEPTH


def _bracket_depth(data: bytes) -> int:
    """The deepest nesting that the brackets could mean; those inside strings count too."""
    return max(accumulate(map(_STEP.__getitem__, data.translate(None, _NOT_BRACKETS))), default=0)


def _repeated(file: str, text: str) -> Iterator[Finding]:
    for token in outline.repeated_keys(outline.json_tokens(text)):
        where = Where(file, token.line, token.column, snippet(text, token.line, is_json=True))
        yield finding("MAN006", f"{token.text!r} stands twice in one object", "keep one of them", where=where)
