"""Validators of a schema: one for whole instances, one for a template's defaults, of which nothing is required.

jsonschema does the judging; what is added is a bound on the work, regular expressions that cannot hang, and a
registry that fetches nothing. `unevaluatedProperties` is left aside: jsonschema runs the patterns of its neighbours
with Python's engine.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry

from tapdb_ctl.jsonschemas import regexes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema import TypeChecker
    from jsonschema.protocols import Validator

Errors: TypeAlias = "Iterator[ValidationError]"
Untyped: TypeAlias = Any
"""jsonschema's keyword functions take and return what it has no public types for."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MAX_STEPS = 50_000
"""Keywords applied while checking one value: `$ref`s and nested alternatives can multiply them without end."""


class TooMuchError(Exception):
    """A schema asks for more work than a check may take."""


class Budget:
    """How many keywords may still be applied to one value."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self._steps = steps
        self.left = steps

    def renew(self) -> None:
        """Begin with another value."""
        self.left = self._steps

    def spend(self) -> None:
        """Count one; raises TooMuchError when none is left."""
        self.left -= 1
        if self.left < 0:
            raise TooMuchError


def _is_integer(_: TypeChecker, value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, Decimal) and value == value.to_integral_value())


_TYPES = Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer)
_extended: Untyped = extend
_META = Draft202012Validator(Draft202012Validator.META_SCHEMA)


def normal(schema: Untyped) -> Untyped:
    """The schema as jsonschema can take it: whole numbers as int, and no `$schema`.

    Where jsonschema meets `$schema` it goes on with its own class for that dialect, without what is added here.
    """
    if isinstance(schema, dict):
        kept = {key: value for key, value in schema.items() if key != "$schema" or not isinstance(value, str)}
        return {key: normal(value) for key, value in kept.items()}
    if isinstance(schema, list):
        return [normal(item) for item in schema]
    return int(schema) if isinstance(schema, Decimal) and schema == schema.to_integral_value() else schema


def schema_errors(schema: Untyped) -> Errors:
    """What the draft's own schema says of a schema."""
    yield from _META.iter_errors(normal(schema))


def instance_validator(schema: Untyped, budget: Budget) -> Validator:
    """A validator of what an instance holds; what is missing counts as standing where it should."""
    return _validator(schema, budget, _OURS)


def defaults_validator(schema: dict[str, Any], budget: Budget) -> Validator:
    """A validator that does not know `required`."""
    return _validator(schema, budget, {**_OURS, "required": _nothing, "dependentRequired": _nothing})


def _validator(schema: Untyped, budget: Budget, ours: dict[str, Untyped]) -> Validator:
    checks = {**Draft202012Validator.VALIDATORS, **ours}
    keywords = {keyword: _counted(check, budget) for keyword, check in checks.items()}
    made: Validator = _extended(Draft202012Validator, keywords, type_checker=_TYPES)(
        normal(schema), registry=Registry()
    )
    return made


def _counted(check: Untyped, budget: Budget) -> Untyped:
    def counted(validator: Untyped, wanted: Untyped, instance: Untyped, inside: Untyped) -> Errors:
        budget.spend()
        yield from check(validator, wanted, instance, inside) or ()

    return counted


def _nothing(*_: object) -> Errors:
    yield from ()


def _pattern(validator: Untyped, pattern: str, instance: Untyped, _: Untyped) -> Errors:
    if (
        validator.is_type(instance, "string")
        and (search := regexes.linear(pattern))
        and not search.isinstance_python(instance)
    ):
        yield ValidationError("does not match")


def _pattern_properties(validator: Untyped, patterns: dict[str, Untyped], instance: Untyped, _: Untyped) -> Errors:
    if not validator.is_type(instance, "object"):
        return
    for pattern, inside in patterns.items():
        search = regexes.linear(pattern)
        for key, value in instance.items():
            if search and search.isinstance_python(key):
                yield from validator.descend(value, inside, path=key, schema_path=pattern)


def _additional_properties(validator: Untyped, inside: Untyped, instance: Untyped, schema: Untyped) -> Errors:
    if not validator.is_type(instance, "object"):
        return
    searches = [regexes.linear(pattern) for pattern in schema.get("patternProperties", {})]
    if None in searches:
        return  # a pattern that cannot be tried might allow any key
    for key, value in instance.items():
        declared = key in schema.get("properties", {})
        if declared or any(search.isinstance_python(key) for search in searches if search):
            continue
        if inside is False:
            yield ValidationError("is not allowed", path=[key])
        else:
            yield from validator.descend(value, inside, path=key)


def _unique_items(validator: Untyped, wanted: Untyped, instance: Untyped, _: Untyped) -> Errors:
    """Jsonschema compares each item with each other one."""
    if wanted and validator.is_type(instance, "array") and len(set(map(_hashable, instance))) != len(instance):
        yield ValidationError("has equal items")


def _hashable(value: Untyped) -> object:
    """Equal for equal JSON: numbers by value, `true` and 1 apart."""
    if isinstance(value, dict):
        return frozenset((key, _hashable(item)) for key, item in value.items())
    if isinstance(value, list):
        return tuple(map(_hashable, value))
    return type(value) is bool, value


def _required(validator: Untyped, names: list[str], instance: Untyped, _: Untyped) -> Errors:
    if validator.is_type(instance, "object"):
        yield from (ValidationError("is missing", path=[name]) for name in names if name not in instance)


_OURS = {
    "required": _required,
    "unevaluatedProperties": _nothing,
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "uniqueItems": _unique_items,
}
