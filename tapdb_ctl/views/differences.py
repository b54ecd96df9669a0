"""How a text changes, as a unified diff."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

from tapdb_ctl.views.text import Paint, Style, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_STYLES = {"+": Style.ADD, "-": Style.DESTROY, "@": Style.FAINT}
_HEADER = 2


def unified(name: str, before: str, after: str, hidden: Collection[str], paint: Paint) -> Iterator[str]:
    """The lines of the difference; a line whose text, without the white space around it, is in `hidden` is not shown.

    Tabs, carriage returns and what else could not be seen are escapes, so this is to be read and not for `patch`.
    """
    lines = unified_diff(_lines(before), _lines(after), name, name, lineterm="")
    for number, line in enumerate(lines):
        mark, text = line[:1], line[1:]
        shown = "(hidden: it may hold a secret)" if number >= _HEADER and text.strip() in hidden else printable(text)
        yield paint(mark + shown, _STYLES[mark]) if mark in _STYLES else mark + shown


def _lines(text: str) -> list[str]:
    *lines, last = text.split("\n")
    return [*lines, last, "\\ No newline at end of file"] if last else lines
