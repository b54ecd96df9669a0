"""Text that is safe and pleasant on a terminal: nothing raw, nothing endless, colour only where wanted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tapdb_ctl.quoting import printable

__all__ = ["PLAIN", "Paint", "Style", "counted", "printable", "shortened"]


class Style(StrEnum):
    """What a piece of text means, as the parameters of an SGR sequence."""

    HEADING = "1"
    FAINT = "2"
    ADD = "32"
    CHANGE = "33"
    DESTROY = "31"
    IMPORT = "36"
    ERROR = "1;31"
    WARNING = "1;33"
    NOTE = "1;34"


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours text, or leaves it alone; symbols carry the meaning either way."""

    colour: bool = False

    def __call__(self, text: str, style: Style) -> str:
        """`text` in `style`."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour else text


PLAIN = Paint()


def shortened(text: str, width: int) -> str:
    """The text, or its beginning and how many characters are missing."""
    return text if len(text) <= width else f"{text[:width]}… ({len(text) - width:,} more characters)"


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 template`, `1,200 templates`, `2 prefixes`, `3 identities`."""
    if number == 1:
        return f"1 {noun}"
    if noun.endswith("y"):
        return f"{number:,} {noun[:-1]}ies"
    return f"{number:,} {noun}{'es' if noun.endswith(('x', 's')) else 's'}"
