"""Pairs of JSON Schemas that differ in a little, and values to try them on; drawn from a `Random`, so from a seed."""

from __future__ import annotations

import copy
from decimal import Decimal
from itertools import combinations, product
from random import Random
from typing import Any

NAMES = ("a", "b", "c")
SCALARS = (None, True, False, -1, 0, 1, 2, 3, 4, Decimal("1.5"), "", "a", "b", "ab", "aba", "bbbb")
_FEW = (1, 2, "a", None)
_FLAT: list[Any] = [{}, *({name: value} for name in NAMES for value in _FEW), {"a": 1, "b": 2, "c": 3}]
_FLAT += [
    dict(zip(pair, values, strict=True)) for pair in combinations(NAMES, 2) for values in product((1, "a"), repeat=2)
]
_LISTS: list[Any] = [
    [],
    *([each] for each in _FEW),
    *(list(pair) for pair in product((1, 2, "a"), repeat=2)),
    [1, 2, 3],
]
_DEEP = [{name: value} for name in ("a", "b") for value in (*_FLAT[:10], *_LISTS[:8])] + [[each] for each in _FLAT[:10]]
POOL: list[Any] = [*SCALARS, *_FLAT, *_LISTS, *_DEEP, {"a": {"a": {"a": 1}}}, {"a": {"a": {"a": "a"}}}, [[1]], [["a"]]]

_TYPES = (
    "string",
    "integer",
    "number",
    "object",
    "array",
    "null",
    "boolean",
    ["string", "null"],
    ["object", "integer"],
)
_CHOICES: dict[str, tuple[Any, ...]] = {
    "type": _TYPES,
    "const": SCALARS,
    "multipleOf": (1, 2, 4, Decimal("0.5")),
    "pattern": ("a", "^b"),
    "uniqueItems": (True, False),
    "$ref": ("#/$defs/x", "#/$defs/y", "#"),
}
_THEMES = (
    ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "type"),
    ("minLength", "maxLength", "pattern", "enum", "const"),
    ("minItems", "maxItems", "uniqueItems", "items", "prefixItems", "items", "prefixItems", "unevaluatedItems"),
    ("contains", "minContains", "maxContains", "items"),
    ("properties", "patternProperties", "additionalProperties", "required", "minProperties", "maxProperties"),
    ("properties", "dependentRequired", "dependentSchemas", "propertyNames", "required", "unevaluatedProperties"),
    ("anyOf", "oneOf", "allOf", "not", "$ref", "type"),
    ("if", "then", "else", "anyOf", "type"),
)  # fmt: skip


class Schemas:
    """Draws schemas of a few keywords that belong together, some levels deep."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def pair(self) -> tuple[Any, Any]:
        """A document with two definitions, and the same with one to three things changed."""
        old = {**self.node(2), "$defs": {"x": self.node(1), "y": self.node(1)}}
        new = copy.deepcopy(old)
        for _ in range(self._random.choice((1, 1, 1, 2, 3))):
            inside = places({key: value for key, value in new.items() if key != "$defs"})
            self._edit(self._random.choice(places(new) if self._random.random() < 0.35 else [new, *inside[1:]]))
        return old, new

    def schema(self, depth: int) -> Any:
        """Anything that may stand where a schema is asked for."""
        dice = self._random.random()
        if dice < 0.15:
            return {"$ref": self.value("$ref", 0)}
        return self.node(depth) if depth > 0 and dice < 0.8 else self._random.choice((True, True, False))

    def node(self, depth: int) -> dict[str, Any]:
        theme = self._random.choice(_THEMES)
        chosen = self._random.sample(theme, self._random.randint(1, 3))
        chosen += [self._random.choice(self._random.choice(_THEMES))] if self._random.random() < 0.3 else []
        return {keyword: self.value(keyword, depth) for keyword in chosen}

    def value(self, keyword: str, depth: int) -> Any:
        """A value that a keyword may have."""
        some = self._random
        if keyword in _CHOICES:
            return some.choice(_CHOICES[keyword])
        if keyword.startswith(("min", "max", "exclusive")):
            return some.randint(0, 4)
        match keyword:
            case "enum":
                return some.sample(SCALARS, some.randint(1, 5))
            case "required":
                return some.sample(NAMES, some.randint(0, 2))
            case "dependentRequired":
                return {some.choice(NAMES): some.sample(NAMES, some.randint(0, 2))}
        return self._schemas(keyword, depth - 1)

    def _schemas(self, keyword: str, depth: int) -> Any:
        some = self._random
        match keyword:
            case "allOf" | "anyOf" | "oneOf" | "prefixItems":
                return [self.schema(depth) for _ in range(some.randint(1, 3))]
            case "properties" | "dependentSchemas":
                return {name: self.schema(depth) for name in some.sample(NAMES, some.randint(1, 2))}
            case "patternProperties":
                return {some.choice(("^a", "b")): self.schema(depth)}
        return self.schema(depth)

    def _edit(self, place: dict[str, Any]) -> None:
        """Something in a schema, or among named schemas, is taken out, changed, or put in."""
        keywords = [key for key in place if key != "$defs"]
        if not keywords or self._random.random() < 0.2:
            place.update(self.node(1))
        elif self._random.random() < 0.3:
            del place[self._random.choice(keywords)]
        else:
            keyword = self._random.choice(keywords)
            place[keyword] = self.schema(1) if keyword in NAMES else self.value(keyword, 1)


def places(value: Any) -> list[dict[str, Any]]:
    """Every schema inside a schema, itself first."""
    if isinstance(value, list):
        return [place for each in value for place in places(each)]
    if not isinstance(value, dict):
        return []
    named = [place for key in ("properties", "patternProperties", "dependentSchemas", "$defs")
             for each in value.get(key, {}).values() for place in places(each)]  # fmt: skip
    plain = [place for key, each in value.items() if key in _PLAIN for place in places(each)]
    return [value, *named, *plain]


_AROUND = ("not", "if", "then", "else", "allOf", "anyOf", "oneOf")
_PLAIN = {*_AROUND, "items", "prefixItems", "contains", "additionalProperties", "propertyNames"}
_PLAIN |= {"unevaluatedItems", "unevaluatedProperties"}


def endless(schema: Any) -> bool:
    """Whether some value would be judged for ever: a schema that asks for itself about the same value."""
    targets = {"#": schema} | {f"#/$defs/{name}": each for name, each in schema["$defs"].items()}

    def around(node: Any, above: tuple[int, ...]) -> bool:
        if not isinstance(node, dict):
            return False
        if id(node) in above:
            return True
        inner = [node[key] for key in _AROUND if key in node]
        inner = [each for one in inner for each in (one if isinstance(one, list) else [one])]
        inner += node.get("dependentSchemas", {}).values()
        inner += [targets[node["$ref"]]] if "$ref" in node else []
        return any(around(each, (*above, id(node))) for each in inner)

    return any(around(place, ()) for place in places(schema))
