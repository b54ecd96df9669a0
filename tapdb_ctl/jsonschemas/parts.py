"""Walks over a schema's parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_DATA = ("const", "enum", "default", "examples")


def mappings(schema: object) -> Iterator[tuple[dict[str, Any], tuple[str | int, ...]]]:
    """Every mapping of a schema that is not data to compare with; keywords and names of fields are not told apart."""
    pending: list[tuple[object, tuple[str | int, ...]]] = [(schema, ())]
    while pending:
        node, path = pending.pop()
        if isinstance(node, dict):
            yield node, path
            pending.extend((value, (*path, key)) for key, value in node.items() if key not in _DATA)
        elif isinstance(node, list):
            pending.extend((value, (*path, index)) for index, value in enumerate(node))


def patterns(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(keyword, pattern) of the regular expressions that stand in one mapping."""
    if isinstance(pattern := node.get("pattern"), str):
        yield "pattern", pattern
    if isinstance(named := node.get("patternProperties"), dict):
        yield from (("patternProperties", pattern) for pattern in named)
