"""Schemas taken apart: their keywords, what they refer to, which values they admit at all."""

from __future__ import annotations

from collections import deque
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, TypeGuard
from urllib.parse import unquote

from tapdb_ctl.core.jsonvalue import Absent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tapdb_ctl.core.jsonvalue import JsonValue, Path

_MAX_DIGITS = 10

NUMBERS = frozenset({"integer", "fraction"})
KINDS = frozenset({"null", "boolean", "object", "array", "string"}) | NUMBERS
"""The kinds of values, such that no value is of two; `number` means two of them."""


class Part(NamedTuple):
    """A schema inside a document, whose `root` its references lead into; None where they lead elsewhere."""

    schema: JsonValue
    root: JsonValue

    def get(self, keyword: str) -> JsonValue | Absent:
        """What the schema itself says under a keyword."""
        return self.schema.get(keyword, Absent.ABSENT) if isinstance(self.schema, dict) else Absent.ABSENT

    def keywords(self) -> frozenset[str]:
        """All keywords of the schema itself."""
        return frozenset(self.schema) if isinstance(self.schema, dict) else frozenset()

    def at(self, value: JsonValue) -> Part:
        """A schema that stands in this one. One with an `$id` is a document of its own."""
        own = isinstance(value, dict) and "$id" in value and value is not self.root
        return Part(value, None if own else self.root)

    def sub(self, keyword: str) -> Part:
        """The schema under a keyword; where there is none, the one that admits everything."""
        value = self.get(keyword)
        return self.at(value) if isinstance(value, dict | bool) else ANYTHING

    def subs(self, keyword: str) -> list[Part]:
        """The list of schemas under a keyword."""
        return [self.at(each) for each in items(self.get(keyword))]

    def named(self, keyword: str) -> dict[str, Part]:
        """The schemas under a keyword, by name."""
        value = self.get(keyword)
        return {name: self.at(each) for name, each in value.items()} if isinstance(value, dict) else {}

    def entry(self, keyword: str, name: str) -> Part | None:
        """One of them."""
        value = self.get(keyword)
        return self.at(value[name]) if isinstance(value, dict) and name in value else None

    def number(self, keyword: str) -> int | Decimal | None:
        """The number under a keyword."""
        value = self.get(keyword)
        return value if is_number(value) else None

    def target(self) -> Part | None:
        """What `$ref` leads to, if that is inside the document (RFC 6901, section 6)."""
        reference = self.get("$ref")
        if self.root is None or not isinstance(reference, str) or not (reference + "/").startswith("#/"):
            return None
        value: JsonValue = self.root
        for step in unquote(reference).split("/")[1:]:
            value = _step(value, step.replace("~1", "/").replace("~0", "~"))
            if isinstance(value, dict) and "$id" in value:
                return None
        return Part(value, self.root) if isinstance(value, dict | bool) else None


_PLAIN = {type(None): "null", bool: "boolean", str: "string", int: "integer"}
ANYTHING = Part(schema=True, root=None)
TEXT = Part({"type": "string"}, None)


def _step(value: JsonValue, step: str) -> JsonValue:
    """One step of a pointer; None, which is no schema, where it misses."""
    if isinstance(value, dict):
        return value.get(step)
    listed = items(value)
    index = int(step) if step.isdecimal() and len(step) < _MAX_DIGITS else len(listed)
    return listed[index] if index < len(listed) else None


def items(value: JsonValue | Absent) -> Sequence[JsonValue]:
    """The items of a list; none of anything else."""
    return value if isinstance(value, list) else ()


def is_number(value: JsonValue | Absent) -> TypeGuard[int | Decimal]:
    """Whether a value is a number to JSON."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def conjuncts(part: Part, path: Path = ()) -> Iterator[tuple[Part, Path]]:
    """The schemas that hold together with this one, itself first: its allOf and what it refers to."""
    seen = set()
    pending = deque([(part, path)])
    while pending:
        each, place = pending.popleft()
        if id(each.schema) not in seen:
            seen.add(id(each.schema))
            yield each, place
            pending += [(sub, (*place, "allOf", n)) for n, sub in enumerate(each.subs("allOf"))]
            if target := each.target():
                pending.append((target, place))


def kinds(part: Part) -> frozenset[str]:
    """The kinds of values that the schema's own type, const and enum leave."""
    declared = part.get("type")
    names = [declared] if isinstance(declared, str) else items(declared)
    found = frozenset[str]().union(*(_named_kinds(name) for name in names)) if names else KINDS
    listed = values(part)
    return found if listed is None else found & {kind(value) for value in listed}


def _named_kinds(name: JsonValue) -> frozenset[str]:
    if name == "number":
        return NUMBERS
    return frozenset({name}) if isinstance(name, str) and name in KINDS else KINDS


def kind(value: JsonValue) -> str:
    """The kind of a value; 1.0 is an integer to JSON Schema."""
    if isinstance(value, Decimal):
        return "integer" if value == value.to_integral_value() else "fraction"
    return "object" if isinstance(value, dict) else _PLAIN.get(type(value), "array")


def values(part: Part) -> list[JsonValue] | None:
    """The only values that the schema's own const or enum leaves; None where there is neither."""
    constant = part.get("const")
    if not isinstance(constant, Absent):
        return [constant]
    listed = part.get("enum")
    return list(items(listed)) if isinstance(listed, list) else None
