"""What the cells of a CSV file mean, each text read as what the template says of its column."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast, get_args

from tapdb_ctl import properties
from tapdb_ctl.errors import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapdb_ctl.properties import Path
    from tapdb_ctl.runtime.blueprints import Blueprint

Kind: TypeAlias = Literal["string", "number", "integer", "boolean", "object", "array"]
"""The types of JSON Schema, null aside."""

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_BOOLEANS = {"true": True, "false": False}
_ESCAPED = re.compile("[\udc80-\udcff]")
"""Bytes that were no UTF-8, as Python's surrogateescape keeps them."""

NOT_UTF8 = 'it is not UTF-8; open the file with its encoding, as in open(path, encoding="latin-1", newline="")'


@dataclass(frozen=True, slots=True)
class Column:
    """A column of properties: where its cells go, and what they are."""

    title: str
    path: Path
    kind: Kind

    def value(self, cell: str) -> object:
        """What the cell says; raises ValueError for what is not of the column's kind."""
        match self.kind:
            case "string":
                return cell
            case "boolean":
                if (found := _BOOLEANS.get(cell.strip().lower())) is not None:
                    return found
            case "number" | "integer":
                if _NUMBER.fullmatch(cell.strip()):
                    return json.loads(cell)
            case _:
                return json.loads(cell)
        raise ValueError


def unread(problem: str) -> Finding:
    """What is said of a line that is no row."""
    return Finding("RUN065", "a line cannot be read", problem)


def is_foreign(text: str) -> bool:
    """Whether it was read from bytes that are no UTF-8."""
    return not text.isascii() and _ESCAPED.search(text) is not None


def column(title: str, blueprint: Blueprint) -> Column:
    """The column that a title names."""
    path = properties.path(title)
    path = path[1:] if path[0] == "properties" and len(path) > 1 else path  # as elsewhere in TAPDB
    default = _at(blueprint.json_addl.get("properties"), path)
    schema = json.loads(blueprint.schema) if blueprint.schema else {}
    within = [step for key in ("properties", *path) for step in ("properties", key)]
    declared = _at(_at(schema, within), ["type"])
    return Column(title, path, _kind(default) or (declared if declared in get_args(Kind) else "string"))


def _kind(value: object) -> Kind | None:
    """The type of a template's default; None where that tells none."""
    kinds = {bool: "boolean", int: "number", float: "number", str: "string", dict: "object", list: "array"}
    return cast("Kind | None", kinds.get(type(value)))


def _at(value: object, path: Sequence[str]) -> Any:  # noqa: ANN401 - what stands there
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
