"""Which other templates a template mentions, and as what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from tapdb_ctl.manifest.checks.references import children, references
from tapdb_ctl.manifest.models.template import JsonAddl
from tapdb_ctl.versions import LATEST, version_order

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from tapdb_ctl.core.jsonvalue import Path

_SHAPE = TypeAdapter(JsonAddl)
_LABELS = {"action_imports": "action", "expected_inputs": "input", "expected_outputs": "output"}


def mentions(json_addl: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(code, label) of every reference of a template; a child's label is how it is related, and how many.

    A plan may hold a template as somebody left it in the database: one that is not valid mentions nothing.
    """
    try:
        _SHAPE.validate_python(json_addl)
    except ValidationError:
        return
    for path, code in references(json_addl):
        if label := _LABELS.get(str(path[0])):
            yield code, label
    for path, code, count in children(json_addl):
        yield code, f"{_relationship(json_addl, path)}{f' ×{count}' if count > 1 else ''}"


def resolver(codes: Collection[str]) -> Callable[[str], str | None]:
    """Finds the one of `codes` that a reference leads to, of a `*` version the highest."""
    known = {code: code for code in codes}
    for code in sorted(codes, key=lambda code: version_order(code.rpartition("/")[2])):
        known[f"{code.rpartition('/')[0]}/{LATEST}"] = code
    return lambda code: known.get(code.removesuffix("/"))


def _relationship(json_addl: dict[str, Any], path: Path) -> str:
    layout: dict[str, str] = json_addl["instantiation_layouts"][path[1]]
    return layout.get("relationship_type", "contains")
