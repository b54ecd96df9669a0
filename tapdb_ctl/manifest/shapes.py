"""pydantic's errors as findings: our codes, the path in the document, and never a value that could be secret."""

from __future__ import annotations

from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.manifest import schemas
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.models.base import MAX_MILLISECONDS
from tapdb_ctl.manifest.models.secret import TAGS
from tapdb_ctl.manifest.text import Unset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from tapdb_ctl.core.jsonvalue import Path
    from tapdb_ctl.errors import Finding, Origin


_PREFIX = "two or three of the letters A-H, J, K, M, N, P-T and V-Z"
_PART = "letters, digits, dot, underscore and hyphen, a letter or a digit first"
_DURATION = f"a whole number with ms, s, m or h, as in 500ms; from 1ms to {MAX_MILLISECONDS}ms (596h)"
_REFERENCE = "write a reference, such as {env: NAME} or {file: PATH}"
_PROPERTY = 'keys with dots between them, as in properties.barcode; other keys in double quotes: properties."lot no"'
_ONE_SOURCE = "a reference has exactly one of env, file, secrets_manager (with an optional key) and ssm"
_HINTS = {
    "password": _REFERENCE,
    "client_secret": _REFERENCE,
    "engine": "it takes embedded, postgres or aurora",
    "instance_prefix": _PREFIX,
    "tapdb_user": _PREFIX,
    "audit_log": _PREFIX,
    "lock_timeout": _DURATION,
    "statement_timeout": _DURATION,
    "instantiation_layouts": "it takes a list of layouts",
    "child_templates": "it takes codes, and mappings with template_code",
}
_CODE_PARTS = ("category", "type", "subtype", "version")
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
    for each in error.errors(include_url=False):
        if not isinstance(each["input"], Unset):
            yield _finding(each, shape, place)


def _finding(error: ErrorDetails, shape: Shape, place: Callable[[Path], Origin]) -> Finding:
    path = tuple(part for part in error["loc"] if not _is_tag(part))
    if path[-1:] == ("database",) and error["type"].startswith("union_tag") and isinstance(error["input"], dict):
        error, path = _about_engine(error), (*path, "engine")
    origin = place(path)
    code = _code(error, path, shape.layer)
    detail = dotted(origin.path)
    if code.endswith(("003", "005")):
        detail += f" is {described(error['input'])}"
    elif code == "TPL008":
        detail += f": {error['input']}"
    return finding(code, detail, _hint(error, path, shape), origin=origin)


def _about_engine(error: ErrorDetails) -> ErrorDetails:
    """The engine decides which model a database has: without one, that is what to say."""
    engine = error["input"].get("engine")
    kind = "missing" if engine is None else "enum" if isinstance(engine, str) else "string_type"
    return {**error, "type": kind, "input": engine}


def _code(error: ErrorDetails, path: Path, layer: str) -> str:
    kind, last = error["type"], path[-1] if path else ""
    if kind == "extra_forbidden":
        return f"{layer}001"
    if kind == "missing":
        return f"{layer}002"
    if layer == "TPL" and last == "version" and isinstance(error["input"], int | Decimal):
        return "TPL005"
    if layer == "TPL" and last == "instance_prefix" and kind == "string_pattern_mismatch":
        return "TPL008"
    return f"{layer}003" if kind in _WANTED or kind == "union_tag_not_found" else f"{layer}004"


def _hint(error: ErrorDetails, path: Path, shape: Shape) -> str:
    kind, last = error["type"], next((part for part in reversed(path) if isinstance(part, str)), "")
    if kind == "extra_forbidden" and error["loc"][-2:-1] and error["loc"][-2] in TAGS:
        return _ONE_SOURCE
    if kind == "extra_forbidden":
        return _did_you_mean(last, (*shape.prefix, *path[:-1]), shape.kind)
    if kind == "missing":
        return f"add {last}; {_HINTS[last]}" if last == "engine" else f"add {last}"
    if kind in _WANTED and not (shape.layer == "TPL" and last == "version"):
        return f"it takes {_WANTED[kind]}"
    if shape.layer == "TPL" and last in _CODE_PARTS and kind != "literal_error":
        return 'quote it, as in "1.0"' if isinstance(error["input"], int | Decimal) else _PART
    return _HINTS.get(last) or _own_words(error, shape)


def _own_words(error: ErrorDetails, shape: Shape) -> str:
    """Pydantic's own sentence, where it is one that a user can read."""
    if error["type"].startswith("union_tag"):
        return f"see tapdb schema {shape.kind}"
    if error["type"] == "string_pattern_mismatch" and error["loc"][-1] == "path":
        return _PROPERTY
    return f"it takes {error['ctx']['expected']}" if error["type"] == "literal_error" else error["msg"]


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
