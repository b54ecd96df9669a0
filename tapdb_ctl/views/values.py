"""JSON values for people: paths like `json_addl.properties.x`, values on one line and of bearable length."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tapdb_ctl.core import jsonvalue
from tapdb_ctl.core.jsonvalue import Absent
from tapdb_ctl.views.text import printable, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.jsonvalue import JsonValue, Path

WIDTH = 100
"""Characters of a value that are shown."""

_CONTEXT = 24


def path_text(path: Path) -> str:
    """The path as people write it: `a.b[0]`; a key that would be misread is quoted: `a["b.c"]`."""
    return printable(jsonvalue.path_text(path))


def value_text(value: JsonValue) -> str:
    """The value as JSON on one line, its beginning only when it is long."""
    return printable(shortened(jsonvalue.compact(value), WIDTH))


def pair_text(before: JsonValue, after: JsonValue) -> tuple[str, str]:
    """Both values, each shown from shortly before the place where they part."""
    old, new = jsonvalue.compact(before), jsonvalue.compact(after)
    if max(len(old), len(new)) <= WIDTH:
        return printable(old), printable(new)
    parting = next((at for at, (left, right) in enumerate(zip(old, new, strict=False)) if left != right), 0)
    start = max(0, parting - _CONTEXT)
    return _from(old, start), _from(new, start)


def expanded(value: JsonValue, path: Path = ()) -> Iterator[tuple[Path, JsonValue]]:
    """The parts of a value, taken apart only as far as each one's text fits on a line; nulls are left out."""
    if isinstance(value, Mapping) and value and (not path or len(jsonvalue.compact(value)) > WIDTH):
        for key in value:
            yield from expanded(value[key], (*path, key))
    elif value is not None:
        yield path, value


def either(value: JsonValue | Absent) -> JsonValue:
    """The value, with what is absent as null."""
    return None if isinstance(value, Absent) else value


def _from(text: str, start: int) -> str:
    return printable(("…" if start else "") + shortened(text[start:], WIDTH))
