"""pydantic's errors as findings: our codes, the path in the document, and never a value that could be secret."""

from __future__ import annotations

from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.manifest import schemas
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.text import Unset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from tapdb_ctl.core.jsonvalue import Path
    from tapdb_ctl.errors import Finding, Origin


_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
    "is_instance_of": "a number",
}
_HINTS = {
    "password": "write a reference, such as {env: NAME} or {file: PATH}",
    "client_secret": "write a reference, such as {env: NAME} or {file: PATH}",
    "instance_prefix": "two or three of the letters A-H, J, K, M, N, P-T and V-Z",
    "tapdb_user": "two or three of the letters A-H, J, K, M, N, P-T and V-Z",
    "audit_log": "two or three of the letters A-H, J, K, M, N, P-T and V-Z",
    "lock_timeout": "a whole number with ms, s, m or h, as in 500ms",
    "statement_timeout": "a whole number with ms, s, m or h, as in 5m",
}
_CODE_PARTS = ("category", "type", "subtype", "version")


class Shape(NamedTuple):
    """What a model was asked to judge: whose codes to use, the JSON Schema's name, and the prefix inside it."""

    layer: str
    kind: str
    prefix: Path = ()


ENVIRONMENT = Shape("ENV", "environment")
CATALOG = Shape("TPL", "template-catalog")
TEMPLATES = Shape("TPL", "template-catalog", ("spec", "templates"))


def findings(error: ValidationError, shape: Shape, place: Callable[[Path], Origin]) -> Iterator[Finding]:
    """What a model found wrong, each at its path.

    A text whose variable has no value is not judged: it may yet be anything.
    """
    for detail in error.errors(include_url=False):
        if not isinstance(detail["input"], Unset):
            yield _finding(detail, shape, place)


def _finding(error: ErrorDetails, shape: Shape, place: Callable[[Path], Origin]) -> Finding:
    path = tuple(part for part in error["loc"] if not _is_tag(part))
    last, kind = path[-1] if path else "", error["type"]
    number, detail, hint = _judged(error, path, shape)
    if (
        shape.layer == "TPL"
        and last == "version"
        and kind == "string_type"
        and isinstance(error["input"], int | Decimal)
    ):
        return finding("TPL005", f"{dotted(path)} is a number", 'quote it, as in "1.0"', origin=place(path))
    if shape.layer == "TPL" and last == "instance_prefix" and kind == "string_pattern_mismatch":
        return finding("TPL008", f"{error['input']!r}", _HINTS["instance_prefix"], origin=place(path))
    return finding(
        f"{shape.layer}00{number}",
        detail,
        _HINTS.get(str(last), hint) if number > UNKNOWN_OR_MISSING else hint,
        origin=place(path),
    )


UNKNOWN_OR_MISSING = 2


def _judged(error: ErrorDetails, path: Path, shape: Shape) -> tuple[int, str, str]:
    """The number of the finding's code in its layer, its detail and its hint."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return 1, dotted(path), _did_you_mean(str(path[-1]), (*shape.prefix, *path[:-1]), shape.kind)
    if kind == "missing":
        return 2, dotted(path), f"add {path[-1]}"
    if kind in _WANTED:
        return 3, f"{dotted(path)} is {described(error['input'])}", f"it takes {_WANTED[kind]}"
    if kind == "union_tag_not_found" and isinstance(error["input"], dict) and not path[-1:] == ("password",):
        return (
            2,
            f"{dotted(path)}.engine" if path[-1:] == ("database",) else dotted(path),
            "it takes embedded, postgres or aurora",
        )
    if kind == "union_tag_not_found":
        return 3, f"{dotted(path)} is {described(error['input'])}", ""
    if kind == "union_tag_invalid":
        return 4, dotted(path), f"it takes one of {context['expected_tags'].replace('<', '').replace('>', '')}"
    return 4, dotted(path), error["msg"]


def _is_tag(part: object) -> bool:
    return isinstance(part, str) and part.startswith("<") and part.endswith(">")


def dotted(path: Path) -> str:
    """A path as people write it: `spec.catalogs[0].path`."""
    return (
        "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
        or "the document"
    )


def described(value: object) -> str:
    """What kind of value was found, without the value."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | Decimal():
            return "a number"
        case str():
            return "text"
        case dict():
            return "a mapping"
        case _:
            return "a list"


def _did_you_mean(word: str, path: Path, kind: str) -> str:
    known = schemas.names_at(kind, path)
    if close := get_close_matches(word, known, n=1):
        return f"did you mean {close[0]}?"
    return f"it takes {', '.join(known)}" if known else "remove it"
