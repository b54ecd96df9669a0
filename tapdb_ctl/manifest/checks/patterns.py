"""Name patterns of layouts can be filled, each with the keys that a child has."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING, Any

from tapdb_ctl.manifest.codes import finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.core.jsonvalue import Path
    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.entries import Entry

NUMBERS = ("index", "i", "layout_index", "child_index")
KEYS = ("parent_name", "parent_euid", *NUMBERS, "child_subtype", "child_template_code")
_WIDTH = re.compile(r"0?[0-9]{0,2}d?")


def pattern_findings(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Patterns that creating an instance would trip over."""
    for entry in entries:
        for path, pattern in _patterns(entry.json_addl):
            if pattern and (why := problem(pattern)):
                yield finding(
                    "TPL016",
                    f"{pattern!r}: {why}",
                    f"it may use {', '.join(KEYS)}",
                    origin=entry.origin("json_addl", *path),
                )


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


def _patterns(json_addl: dict[str, Any]) -> Iterator[tuple[Path, str | None]]:
    for number, layout in enumerate(json_addl.get("instantiation_layouts") or ()):
        yield ("instantiation_layouts", number, "name_pattern"), layout.get("name_pattern")
        for index, child in enumerate(layout["child_templates"]):
            if type(child) is dict:
                yield (
                    ("instantiation_layouts", number, "child_templates", index, "name_pattern"),
                    child.get("name_pattern"),
                )
