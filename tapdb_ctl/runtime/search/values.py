"""Values that applications search for, checked before they reach the server: what it cannot hold is refused by name."""

from __future__ import annotations

from collections.abc import Mapping

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime import storable


def text(value: str) -> str:
    """The text as it is; raises InvalidInputError where PostgreSQL holds no such text, and for what is none."""
    if not isinstance(value, str):
        raise InvalidInputError.of("RUN032", "no text of PostgreSQL holds this", f"{value!r} is no text")
    try:
        return storable.text(value)
    except ValueError as error:
        raise InvalidInputError.of("RUN032", "no text of PostgreSQL holds this", str(error)) from error


def document(value: Mapping[str, object]) -> str:
    """A JSON object as text; raises InvalidInputError for what JSON or PostgreSQL cannot hold."""
    if not isinstance(value, Mapping):
        raise InvalidInputError.of("RUN036", "this is no JSON document", f"{value!r} is no object of keys and values")
    try:
        return storable.document(value)
    except ValueError as error:
        raise InvalidInputError.of("RUN036", "this is no JSON document", str(error)) from error
