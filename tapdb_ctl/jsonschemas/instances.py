"""Whether instances satisfy the json_addl_schema of their template."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, NamedTuple

from jsonschema.exceptions import UnknownType
from referencing.exceptions import Unresolvable

from tapdb_ctl.jsonschemas import regexes
from tapdb_ctl.jsonschemas.parts import mappings, patterns
from tapdb_ctl.jsonschemas.validators import Budget, TooMuchError, Untyped, instance_validator

if TYPE_CHECKING:
    from jsonschema import ValidationError

ASIDE = ("action_groups", "audit_log")
"""Keys of an instance's json_addl that TAPDB itself writes and no schema judges."""

MAX_STEPS = 5_000
"""Keywords applied to one instance: some hundredths of a second, since there may be many instances."""

SHOWN = 60
"""Characters of a schema's own text that a refusal repeats."""

_UNJUDGED = (
    *(TooMuchError, RecursionError),  # work without end
    *(Unresolvable, ValueError),  # a reference that leads nowhere, or is no URI
    InvalidOperation,  # a multipleOf that cannot be computed
    *(UnknownType, TypeError, AttributeError),  # no schema at all, or a reference to what is none
)
"""How a schema can fail on a value."""


class Refusal(NamedTuple):
    """Where a value breaks a schema, and which keyword says so; never the value itself.

    `limit` is what the schema gives with the keyword, where that is one number or a short text.
    """

    path: tuple[str | int, ...]
    rule: str
    limit: str = ""


class UnjudgedError(Exception):
    """It cannot be told whether a value satisfies the schema."""


class Judge:
    """Applies one schema to many values.

    `is_complete` says whether what is not refused satisfies the schema for sure; not so where the schema holds what
    cannot be tried safely.
    """

    def __init__(self, schema: object) -> None:
        self._budget = Budget(MAX_STEPS)
        self._validator = instance_validator(schema, self._budget)
        self.is_complete = not any(map(_is_partly_left_aside, (node for node, _ in mappings(schema))))

    def refusal(self, value: Untyped) -> Refusal | None:
        """The first rule that the value breaks, None when it satisfies the schema; raises UnjudgedError.

        `value` is an instance's json_addl without the keys in ASIDE, fractions as Decimal.
        """
        self._budget.renew()
        try:
            error = next(self._validator.iter_errors(value), None)
        except _UNJUDGED as why:
            raise UnjudgedError from why
        return None if error is None else Refusal(tuple(error.absolute_path), _rule(error), _limit(error))


def _rule(error: ValidationError) -> str:
    """The keyword; where the schema is just `false`, the one that it stands under."""
    return str(error.validator or (error.absolute_schema_path or ["false"])[-1])


def _limit(error: ValidationError) -> str:
    given = error.validator_value
    shown = isinstance(given, str | int | float | Decimal) and not isinstance(given, bool)
    return str(given) if shown and len(str(given)) <= SHOWN else ""


def _is_partly_left_aside(node: dict[str, object]) -> bool:
    unknown = any(regexes.linear(pattern) is None for _, pattern in patterns(node))
    return unknown or "unevaluatedProperties" in node
