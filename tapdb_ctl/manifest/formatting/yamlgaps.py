"""What stands between two tokens of YAML: white space and comments."""

from __future__ import annotations

import re
from typing import NamedTuple

_BREAK = re.compile("[\n\x85\u2028\u2029]")  # libyaml's; the reader of a file has made \r\n and \r into \n


class Comment(NamedTuple):
    """A comment on a line of its own; `column` is where it stood."""

    column: int
    text: str


class Gap(NamedTuple):
    """A gap: the comment that ends the line before, the lines of its own (None is an empty one), and a line's end."""

    trailing: str
    lines: tuple[Comment | None, ...]
    broken: bool

    @property
    def commented(self) -> bool:
        """Whether there is a comment."""
        return bool(self.trailing) or any(self.lines)


def parsed(text: str) -> Gap:
    """A gap's parts; what follows its last line break is the indentation of the next token."""
    first, *rest = _BREAK.split(text)
    return Gap(first.strip(), tuple(_line(line) for line in rest[:-1]), bool(rest))


def _line(line: str) -> Comment | None:
    comment = line.strip()
    return Comment(len(line) - len(line.lstrip()), comment) if comment else None
