"""JSON with two spaces a level, one element a line; strings and numbers stay as they are written."""

from __future__ import annotations

import re
from itertools import pairwise

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)
_INDENT = "  "


def layout(text: str) -> str:
    """The same tokens of well-formed JSON in their canonical places."""
    out: list[str] = []
    depth = 0
    for word, following in pairwise([*_TOKEN.findall(text), ""]):
        if word in "[{":
            depth += 1
            out.append(word if following in "]}" else f"{word}\n{_INDENT * depth}")
        elif word in "]}":
            depth -= 1
            empty = out[-1] in ("[", "{")
            out.append(word if empty else f"\n{_INDENT * depth}{word}")
        else:
            out.append({",": f",\n{_INDENT * depth}", ":": ": "}.get(word, word))
    return "".join(out) + "\n"
