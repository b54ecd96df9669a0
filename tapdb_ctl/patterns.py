"""Name patterns of layouts: `{parent_name}-{index:02d}` names each child that a template brings along."""

from __future__ import annotations

import re
from string import Formatter

DEFAULT = "{parent_name}_{child_subtype}_{index}"
"""Names children where neither child nor layout has a pattern."""

NUMBERS = ("index", "i", "layout_index", "child_index")
KEYS = ("parent_name", "parent_euid", *NUMBERS, "child_subtype", "child_template_code")
_WIDTH = re.compile(r"0?[0-9]{0,2}d?")


def problem(pattern: str) -> str:
    """Why a pattern cannot be filled; empty when it can. Numbers may have a width, as in {index:03d}."""
    try:
        parts = list(Formatter().parse(pattern))
    except ValueError as error:
        return str(error)
    for _, key, width, conversion in parts:
        if key is None:
            continue
        if key not in KEYS:
            return f"{{{key}}} is not known"
        if conversion or (width and not (key in NUMBERS and _WIDTH.fullmatch(width))):
            return f"{{{key}}} takes no such format"
    return ""


def uses(pattern: str, key: str) -> bool:
    """Whether a pattern without a problem asks for this key."""
    return any(asked == key for _, asked, _, _ in Formatter().parse(pattern))
