"""Whether a json_addl_schema is a JSON Schema that can be applied safely: by itself, and with an end."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from tapdb_ctl.errors import Severity
from tapdb_ctl.jsonschemas import regexes, validators
from tapdb_ctl.jsonschemas.parts import mappings, patterns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.core.jsonvalue import Path
    from tapdb_ctl.manifest.documents import Raw

MAX_ERRORS = 20
"""Findings about one schema or one template's defaults; more say nothing new."""

MAX_NODES = 5_000
"""Mappings in one schema; checking each takes jsonschema a fraction of a millisecond."""

_REFERENCES = ("$ref", "$dynamicRef")
_PLACE_HINT = "define it under $defs and refer to it as #/$defs/NAME"


class Problem(NamedTuple):
    """Something wrong inside a schema; unless it is `harmless`, the schema is not applied to anything."""

    code: str
    path: Path
    detail: str
    hint: str
    severity: Severity = Severity.ERROR
    harmless: bool = False


def schema_problems(schema: dict[str, Any]) -> Iterator[Problem]:
    """What is wrong with a schema as such."""
    nodes = list(islice(mappings(schema), MAX_NODES + 1))
    if len(nodes) > MAX_NODES:
        detail = f"it has more than {MAX_NODES:,} parts"
        yield Problem("TPL020", (), detail, "neither it nor the template's defaults were checked", Severity.WARNING)
        return
    for node, path in nodes:
        for key in _REFERENCES:
            if isinstance(target := node.get(key), str):
                yield from _reference_problems(schema, target, (*path, key))
        if isinstance(dialect := node.get("$schema"), str) and dialect.rstrip("#") != validators.DIALECT:
            detail = f"it says that it is {dialect[:200]}"
            yield Problem(
                "TPL020", (*path, "$schema"), detail, "it is read as draft 2020-12", Severity.WARNING, harmless=True
            )
        if path and "$id" in node:
            hint = "the template's defaults are not checked: schemas inside schemas are not followed"
            yield Problem("TPL020", (*path, "$id"), "a schema inside the schema", hint, Severity.WARNING)
        for keyword, pattern in patterns(node):
            yield from _pattern_problems(pattern, (*path, keyword))
    yield from _draft_problems(schema, ())


def _reference_problems(schema: dict[str, Any], target: str, path: Path) -> Iterator[Problem]:
    """A reference must stay inside the schema, and a pointer must lead to what is a schema itself."""
    if not target.startswith("#"):
        yield Problem("TPL018", path, target[:200], _PLACE_HINT)
    elif target.startswith("#/"):
        try:
            found = _at(schema, target[2:])
        except (KeyError, IndexError, ValueError, TypeError):  # the ways in which a pointer can miss
            yield Problem("TPL017", path, f"{target[:200]} leads nowhere", _PLACE_HINT)
            return
        if not isinstance(found, dict | bool) or any(_draft_problems(found, path)):
            yield Problem("TPL017", path, f"{target[:200]} leads to what is no schema", _PLACE_HINT)


def _at(value: Raw, pointer: str) -> Raw:
    """Follow a JSON Pointer in its URI form (RFC 6901, section 6)."""
    for part in unquote(pointer).split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def _draft_problems(schema: Raw, path: Path) -> Iterator[Problem]:
    try:
        for number, error in enumerate(validators.schema_errors(schema)):
            if number < MAX_ERRORS:
                where = ".".join(map(str, error.absolute_path)) or "the schema"
                yield Problem(
                    "TPL017", (*path, *error.absolute_path), where, f"draft 2020-12 asks for {error.validator}"
                )
    except RecursionError:
        yield Problem("TPL017", path, "it is nested too deeply", "make it flatter")


def _pattern_problems(pattern: str, path: Path) -> Iterator[Problem]:
    if why := regexes.problem(pattern):
        yield Problem("TPL017", path, f"{pattern[:100]!r} is no regular expression: {why}", "correct it")
    elif regexes.linear(pattern) is None:
        hint = "look-around, back-references and huge repetitions are left to those who validate instances"
        detail = f"{pattern[:100]!r} is not tried on the defaults"
        yield Problem("TPL020", path, detail, hint, Severity.WARNING, harmless=True)
