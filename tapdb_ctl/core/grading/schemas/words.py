"""What two schemas say word for word, less what only people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.grading.schemas.parts import Part, items
from tapdb_ctl.core.jsonvalue import same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.jsonvalue import JsonValue

_PROSE = {
    *("$comment", "$schema", "contentEncoding", "contentMediaType", "contentSchema", "default", "deprecated"),
    *("description", "examples", "readOnly", "title", "writeOnly"),
}
_ANNOTATIONS = {"$anchor", "$defs", "$dynamicAnchor", "$id", "$vocabulary", "definitions"}
"""Keywords that refuse no value (JSON Schema 2020-12); a schema is read as of that draft whatever it says of itself."""

_DATA = frozenset({"const", "enum", "required", "dependentRequired"})
"""Keywords whose values hold no schema."""

_NAMED = frozenset({"dependencies", "properties", "patternProperties", "dependentSchemas", "$defs", "definitions"})


def is_annotation(keyword: str) -> bool:
    """Whether a keyword refuses no value."""
    return keyword in _ANNOTATIONS or _is_prose(keyword)


def _is_prose(keyword: str) -> bool:
    return keyword in _PROSE or keyword.startswith("x-")


def bare(schema: JsonValue) -> JsonValue:
    """A copy without what only people read; values that a schema compares with stay as they are."""
    if isinstance(schema, dict):
        return {key: _bare_value(key, value) for key, value in schema.items() if not _is_prose(key)}
    return [bare(each) for each in items(schema)] if items(schema) else schema


def _bare_value(keyword: str, value: JsonValue) -> JsonValue:
    if keyword in _NAMED and isinstance(value, dict):
        return {name: bare(each) for name, each in value.items()}
    return value if keyword in _DATA else bare(value)


def identical(one: Part, other: Part, seen: frozenset[tuple[int, int]] = frozenset()) -> bool:
    """Whether two schemas say the same word for word, and what they refer to does too."""
    if (id(one.schema), id(other.schema)) in seen:
        return True
    if not same(one.schema, other.schema):
        return False
    seen |= {(id(one.schema), id(other.schema))}
    pairs = zip(_references(one), _references(other), strict=True)
    return all(a is not None and b is not None and identical(a, b, seen) for a, b in pairs)


def _references(part: Part) -> Iterator[Part | None]:
    """What is referred to anywhere inside, in one order; None for what cannot be followed."""
    if isinstance(part.schema, dict):
        for key in sorted(part.schema):
            if key in {"$ref", "$dynamicRef", "$recursiveRef"}:
                yield part.target() if key == "$ref" else None
            else:
                yield from _references(part.at(part.schema[key]))
    else:
        for each in items(part.schema):
            yield from _references(part.at(each))
