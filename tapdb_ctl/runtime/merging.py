"""JSON values laid over one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` over `below`, object by object; anything else, lists too, is replaced. Shares what it does not change."""
    result = {**below, **above}
    if below.keys().isdisjoint(above):
        return result
    for key in below.keys() & above.keys():
        under, over = below[key], above[key]
        if isinstance(under, dict) and isinstance(over, dict):
            result[key] = merged(under, over)
    return result
