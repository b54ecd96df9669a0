"""Pieces of Markdown that hold text of others: none of it can end them, and no host makes anything of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from tapdb_ctl.views.text import counted, printable, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LINE = 400


def fenced(language: str, lines: Iterable[str]) -> str:
    """The lines as a code block that none of them can end."""
    text = "\n".join(map(printable, lines))
    fence = _backticks(text, 3)
    return f"{fence}{language}\n{text}\n{fence}"


def fitting(lines: Iterable[str], room: int) -> Iterator[str]:
    """The first lines, as many as `room` bytes hold, and how many there are beyond them."""
    left = 0
    for line in lines:
        cut = shortened(line, _LINE)
        if (room := room - size(cut)) < 0:
            left += 1
        else:
            yield cut
    if left:
        yield f"({counted(left, 'more line')})"


def size(text: str) -> int:
    """Its bytes, and those of the line's end or of what parts it from its neighbour."""
    return len(text.encode(errors="replace")) + 2


def span(text: str) -> str:
    """A code span; where its text would touch its ends, spaces part them, which are not shown."""
    ends, shown = _backticks(text, 1), printable(text)
    gap = " " if shown[:1] in "` " or shown[-1:] in "` " else ""
    return f"{ends}{gap}{shown}{gap}{ends}"


def hidden(text: str) -> str:
    """Text that cannot end an HTML comment."""
    return quote(text, safe="", errors="replace")


def _backticks(text: str, least: int) -> str:
    """More of them in a row than the text has anywhere."""
    return "`" * max(least, *(len(run) + 1 for run in re.findall("`+", text)), 0)
