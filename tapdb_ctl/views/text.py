"""Text that is safe and pleasant on a terminal: nothing raw, nothing endless, colour only where wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

# C0 and C1 controls, DEL, the line and paragraph separators, the bidirectional overrides (CVE-2021-42574)
# and lone surrogates: each could make a terminal show something other than what is there. `##[` begins a command to
# the runner of GitHub Actions, wherever in a line of its log it stands.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]|(?<=##)\\[")


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


def printable(text: str) -> str:
    """The text on one line, with every character that a terminal would act on written as an escape."""
    return _UNSAFE.sub(_escaped, text)


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


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return {9: "\\t", 10: "\\n", 13: "\\r"}.get(code) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")  # noqa: PLR2004 - the end of Latin-1, where two hex digits stop sufficing
