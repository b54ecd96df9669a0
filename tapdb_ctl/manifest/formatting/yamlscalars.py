"""Scalars of several lines, moved to another column; what they mean does not depend on it."""

from __future__ import annotations

import re
from typing import NamedTuple

INDENT = 2

_HEADER = re.compile(r"([|>])([-+]?)([1-9]?)([-+]?)[ \t]*(#.*)?")


class Block(NamedTuple):
    """A block scalar as it is to be written; `loose` says that empty lines followed which do not belong to it."""

    text: str
    loose: bool


def block(source: str, old: int, new: int) -> Block:
    """A `|` or `>` scalar whose parent moves from column `old` to column `new`.

    https://yaml.org/spec/1.2.2/#81-block-scalar-styles: its lines are indented from the parent by the header's
    digit, or as far as the first of them is.
    """
    first, *lines = source.split("\n")
    header = _HEADER.match(first)
    assert header, "libyaml has read this header"
    digit = int(header[3] or 0)
    before = old + digit if digit else _indentation(lines)
    after = " " * (new + (digit or INDENT))
    written = [f"{after}{rest}" if (rest := line[before:]) else "" for line in lines]
    kept = "+" in (header[2], header[4])
    end = len(written) - 1 if kept else _without_empty(written)
    indicator = "".join(header.group(1, 2, 3, 4))
    comment = f"  {header[5].rstrip()}" if header[5] else ""
    return Block("\n".join([indicator + comment, *written[:end]]), loose=not kept and end < len(written) - 1)


def continued(source: str, column: int) -> str:
    """A plain or quoted scalar whose later lines move to a column; YAML folds the space around its line breaks."""
    first, *lines = source.split("\n")
    if not lines:
        return source
    *between, last = lines
    moved = [" " * column + text if (text := line.strip(" \t")) else "" for line in between]
    return "\n".join([first.rstrip(" \t"), *moved, " " * column + last.lstrip(" \t")])


def _indentation(lines: list[str]) -> int:
    return next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")), 0)


def _without_empty(lines: list[str]) -> int:
    """How many lines there are without the empty ones at the end."""
    return max((number for number, line in enumerate(lines, 1) if line), default=0)
