"""What all models share: no unknown field, no coercion, no change after loading, no value in an error."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any, TypeAlias, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

from tapdb_ctl.manifest import scalars
from tapdb_ctl.manifest.text import Filled

T = TypeVar("T")
IntegerType: TypeAlias = Any  # made at run time, which no annotation can say
ChoiceType: TypeAlias = Any

VARIABLE_PATTERN = r"\$\{var\."


class Model(BaseModel):
    """A frozen part of a document, strict about types and names."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, hide_input_in_errors=True, populate_by_name=True
    )


def _read_filled(value: object) -> object:
    return scalars.resolve(value) if isinstance(value, Filled) else value


def _or_variable(schema: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [schema, {"type": "string", "pattern": VARIABLE_PATTERN}]})


Flag = Annotated[bool, BeforeValidator(_read_filled), _or_variable({"type": "boolean"})]
"""A boolean, or a variable that holds one."""


def whole(least: int, most: int) -> IntegerType:
    """The type of an integer within bounds, or of a variable that holds one."""
    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Annotated[int, Field(ge=least, le=most), BeforeValidator(_read_filled), _or_variable(schema)]


def choice(options: type) -> ChoiceType:
    """The type of one of a Literal's texts, or of a variable that holds one."""
    schema = {"type": "string", "enum": list(get_args(options))}
    return Annotated[options, BeforeValidator(_plain), _or_variable(schema)]


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Filled) else value


Many = Annotated[tuple[T, ...], Strict(False)]  # noqa: FBT003 - a list of the document is a tuple of the model
Text = Annotated[str, StringConstraints(min_length=1)]


def _read_list(value: object) -> object:
    return [each for part in value.split(",") if (each := part.strip())] if isinstance(value, Filled) else value


Texts = Annotated[
    Many[Text],
    BeforeValidator(_read_list),
    _or_variable({"type": "array", "items": {"type": "string", "minLength": 1}}),
]
"""A list of texts, or a variable that holds them with commas between."""

Prefix = Annotated[str, StringConstraints(pattern=r"^[A-HJ-KMNP-TV-Z]{2,3}$")]

MAX_MILLISECONDS = 2**31 - 1
"""The longest timeout that PostgreSQL takes; its 0 is no limit at all, which tapdb never means.

https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT
"""

_MILLISECONDS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000}


def milliseconds(duration: str) -> int:
    """A Duration in milliseconds."""
    digits = duration.rstrip("msh")
    return int(digits) * _MILLISECONDS[duration[len(digits) :]]


def _within_bounds(duration: str) -> str:
    if not 1 <= milliseconds(duration) <= MAX_MILLISECONDS:
        raise PydanticCustomError("duration", "it takes 1ms to {most}ms", {"most": MAX_MILLISECONDS})
    return duration


Duration = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,10}(ms|s|m|h)$"), AfterValidator(_within_bounds)]
"""A timeout that PostgreSQL can keep."""

_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?$"


def _read_moment(value: object) -> object:
    """Python reads more forms than people do, and times at the calendar's ends have no UTC."""
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")
    if re.fullmatch(_MOMENT, value):
        with suppress(ValueError, OverflowError):
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    raise PydanticCustomError("moment", "it takes a date, or a date and a time: 2026-12-24T18:00Z")


Moment = Annotated[datetime, BeforeValidator(_read_moment), _or_variable({"type": "string", "pattern": _MOMENT})]
"""A time, in UTC unless it says otherwise; a date is its first moment."""
