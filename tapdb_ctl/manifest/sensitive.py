"""Which parts of a manifest may hold a secret, so that no finding shows them."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS = re.compile(r"pass|secret|token|credential|private|pwd|://[^/\s]*@", re.IGNORECASE)

_YAML_BREAKS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # https://yaml.org/spec/1.1/#id872142, which libyaml follows
MAX_SNIPPET, MAX_COLUMN = 160, 4000


def is_sensitive(text: object) -> bool:
    """Whether a key, or a line of text, smells of a secret."""
    return isinstance(text, str) and _WORDS.search(text) is not None


def is_sensitive_key(path: Sequence[str | int]) -> bool:
    """Whether what the last key of a path holds may be a secret: a variable's name need not tell that it is one."""
    return list(path) == ["vars"] or is_sensitive(path[-1])


class Snippets:
    """Lines of a file as written, for findings about its syntax; none at all where the file could hold a secret.

    A file that is not well-formed does not tell which lines belong to a password, so one suspicious word
    anywhere hides them all.
    """

    def __init__(self, text: str, *, is_json: bool) -> None:
        self._text = text
        self._is_json = is_json

    @cached_property
    def _lines(self) -> list[str]:
        return [] if is_sensitive(self._text) else lines_of(self._text, is_json=self._is_json)

    def line(self, number: int, column: int) -> str | None:
        """Line `number`, counted from 1, as far as it helps to see `column`."""
        return line_of(self._lines, number, column)


def lines_of(text: str, *, is_json: bool) -> list[str]:
    """The lines as the format's parser counts them: YAML has more line breaks than JSON."""
    return text.split("\n") if is_json else _YAML_BREAKS.split(text)


def line_of(lines: list[str], line: int, column: int = 1) -> str | None:
    """Line number `line`, counted from 1, as far as it helps to see `column`: no control character but tabs.

    None where the place is so far to the right that the line would be a page of text.
    """
    if not 0 < line <= len(lines) or column > MAX_COLUMN:
        return None
    text = lines[line - 1].rstrip()[: column + MAX_SNIPPET]
    return "".join(each if each.isprintable() or each == "\t" else "\ufffd" for each in text)
