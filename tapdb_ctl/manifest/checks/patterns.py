"""Name patterns of layouts can be filled, each with the keys that a child has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.patterns import KEYS, problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.core.jsonvalue import Path
    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.entries import Entry


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


def _patterns(json_addl: dict[str, Any]) -> Iterator[tuple[Path, str | None]]:
    for number, layout in enumerate(json_addl.get("instantiation_layouts") or ()):
        yield ("instantiation_layouts", number, "name_pattern"), layout.get("name_pattern")
        for index, child in enumerate(layout["child_templates"]):
            if type(child) is dict:
                yield (
                    ("instantiation_layouts", number, "child_templates", index, "name_pattern"),
                    child.get("name_pattern"),
                )
