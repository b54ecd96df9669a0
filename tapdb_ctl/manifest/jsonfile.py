"""JSON text to a document, at the speed of the standard library's parser.

Nothing is walked unless the text gives cause: repeated keys show in the object hook, bad numbers in the number
hooks, and NUL, surrogates and deep nesting in a scan of the text itself.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, DecimalException
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from tapdb_ctl.errors import Where
from tapdb_ctl.manifest import numbers, outline
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.documents import Document, Parsed, without_unstorable
from tapdb_ctl.manifest.sensitive import Snippets
from tapdb_ctl.manifest.storable import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.jsonvalue import JsonValue
    from tapdb_ctl.errors import Finding

_ESCAPES = re.compile(rb"\\u0000|\\u[dD][89a-fA-F]")
_MINUS_ZERO = re.compile(rb"-0[.eE]")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


class _Hooks:
    """What the parser calls back; remembers that something is wrong, not where."""

    def __init__(self) -> None:
        self.repeated = False
        self.odd = False

    def pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """An object; a later value of a repeated key wins, and the repetition is remembered."""
        value = dict(pairs)
        if len(value) != len(pairs):
            self.repeated = True
        return value

    def integer(self, text: str) -> int | Decimal:
        """A number without fraction and exponent."""
        value = numbers.integer(text)
        self.odd = self.odd or value is numbers.NOT_STORABLE
        return value

    def decimal(self, text: str) -> Decimal:
        """A number with a fraction or an exponent."""
        value = numbers.decimal(text)
        self.odd = self.odd or value is numbers.NOT_STORABLE
        return value

    def constant(self, _: str) -> Decimal:
        """NaN and the infinities, which are not JSON."""
        self.odd = True
        return numbers.NOT_STORABLE


def parse(file: str, data: bytes, text: str) -> Parsed:
    """The one document of a JSON file, with what is wrong in it; no document where it is not JSON."""
    hooks = _Hooks()
    try:
        value = _value(data, text, hooks)
    except json.JSONDecodeError as error:
        where = Where(file, error.lineno, error.colno, Snippets(text, is_json=True).line(error.lineno, error.colno))
        syntax = finding("MAN005", error.msg, "JSON allows no comments and no trailing commas", where=where)
        return Parsed((), (syntax,))
    except RecursionError:
        return Parsed((), (finding("MAN008", f"more than {MAX_DEPTH} levels", where=Where(file, 1, 1)),))
    document = Document(file, 0, value)
    repeated = tuple(_repeated(file, text)) if hooks.repeated else ()
    doubtful = hooks.odd or _ESCAPES.search(data) is not None or _bracket_depth(data) > MAX_DEPTH
    parsed = without_unstorable(document) if doubtful else Parsed((document,), ())
    return Parsed(parsed.documents, (*repeated, *parsed.findings))


def _value(data: bytes, text: str, hooks: _Hooks) -> JsonValue:
    """Parse with numbers read in C; again with the slow hooks where one is out of bounds, or may be a minus zero."""
    hooked = partial(json.loads, text, object_pairs_hook=hooks.pairs, parse_constant=hooks.constant)
    if b"-0" not in data or not _MINUS_ZERO.search(data):
        try:
            return hooked(parse_float=numbers.exact)  # type: ignore[no-any-return]
        except json.JSONDecodeError:
            raise
        except (ValueError, DecimalException):  # ValueError: an integer of more digits than Python reads
            hooks.repeated = False
    return hooked(parse_float=hooks.decimal, parse_int=hooks.integer)  # type: ignore[no-any-return]


def _bracket_depth(data: bytes) -> int:
    """The deepest nesting that the brackets could mean; those inside strings count too."""
    return max(accumulate(map(_STEP.__getitem__, data.translate(None, _NOT_BRACKETS))), default=0)


def _repeated(file: str, text: str) -> Iterator[Finding]:
    snippets = Snippets(text, is_json=True)
    for token in outline.repeated_keys(outline.json_tokens(text)):
        where = Where(file, token.line, token.column, snippets.line(token.line, token.column))
        yield finding("MAN006", f"{token.text!r} stands twice in one object", "keep one of them", where=where)
