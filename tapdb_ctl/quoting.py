"""Text that others wrote, made safe for a terminal and for the languages that graphs are drawn in."""

from __future__ import annotations

import re

# C0 and C1 controls, DEL, the line and paragraph separators, the bidirectional overrides (CVE-2021-42574)
# and lone surrogates: each could make a terminal show something other than what is there. `##[` begins a command to
# the runner of GitHub Actions, wherever in a line of its log it stands.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]|(?<=##)\\[")
_ENTITIES = {ord(mark): f"#{ord(mark)};" for mark in '#"&<>`\\'}


def printable(text: str) -> str:
    """The text on one line, with every character that a terminal would act on written as an escape."""
    return _UNSAFE.sub(_escaped, text)


def dot_string(*lines: str) -> str:
    """A quoted ID of Graphviz; backslashes are doubled, since one would begin an escape in a label."""
    return '"' + "\\n".join(printable(line).replace("\\", "\\\\").replace('"', '\\"') for line in lines) + '"'


def mermaid_string(text: str) -> str:
    """Text as it stands: what Mermaid, HTML or Markdown would act on is written as an entity."""
    return f'"{printable(text).translate(_ENTITIES)}"'


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return {9: "\\t", 10: "\\n", 13: "\\r"}.get(code) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")  # noqa: PLR2004 - the end of Latin-1, where two hex digits stop sufficing
