"""What the cells of a CSV file mean, each text read as what the template says of its column."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast, get_args

from tapdb_ctl import properties
from tapdb_ctl.errors import Finding, InvalidInputError
from tapdb_ctl.runtime.merging import merged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tapdb_ctl.properties import Path
    from tapdb_ctl.runtime.blueprints import Blueprint
    from tapdb_ctl.runtime.bulk.rows import Given

Kind: TypeAlias = Literal["string", "number", "integer", "boolean", "object", "array"]
"""The types of JSON Schema, null aside."""

_OWN = ("name", "bstatus", "idempotency_key")
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


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a CSV file."""

    titles: tuple[str, ...]
    columns: dict[int, Column]

    def row(self, cells: Sequence[str]) -> Given | Finding:
        """The row of a line; an empty cell says nothing, and leaves the template's default."""
        if len(cells) != len(self.titles):
            return unread(f"it has {len(cells)} cells, and the header {len(self.titles)}")
        if is_foreign("".join(cells)):
            return unread(NOT_UTF8)
        found: dict[str, Any] = {}
        for at, cell in enumerate(cells):
            if not cell:
                continue
            if (column := self.columns.get(at)) is None:
                found[self.titles[at]] = cell
                continue
            try:
                value = column.value(cell)
            except (ValueError, RecursionError):
                return unread(f"{column.title}: {cell[:60]!r} is no {column.kind}")
            found["properties"] = merged(found.get("properties", {}), _nested(column.path, value))
        return found


def header(titles: Sequence[str], blueprint: Blueprint) -> Header:
    """The header that these titles make; raises InvalidInputError for one that no row could satisfy."""
    titles = tuple(title.strip() for title in titles)
    if problems := list(_problems(titles)):
        raise unusable(*problems)
    columns = {at: _column(title, blueprint) for at, title in enumerate(titles) if title not in _OWN}
    if problems := [*_twice(titles, columns), *_nestings(columns)]:
        raise unusable(*problems)
    return Header(titles, columns)


def unusable(*problems: str) -> InvalidInputError:
    """What is said of a header that is none."""
    hint = "name, bstatus and idempotency_key are an instance's own; every other column is a property, as in maker.name"
    return InvalidInputError(*(Finding("RUN064", "this header names no columns", it, hint) for it in problems))


def _problems(titles: Sequence[str]) -> Iterator[str]:
    if is_foreign("".join(titles)):
        yield NOT_UTF8
    if "name" not in titles:
        yield "there is no column `name`"
    yield from (f"{title!r} is no path" for title in titles if not re.fullmatch(properties.PATH, title))


def _twice(titles: Sequence[str], columns: Mapping[int, Column]) -> Iterator[str]:
    meant = [columns[at].path if at in columns else title for at, title in enumerate(titles)]
    return (f"{title!r} stands twice" for at, title in enumerate(titles) if meant[at] in meant[:at])


def _nestings(columns: Mapping[int, Column]) -> Iterator[str]:
    paths = {column.path for column in columns.values()}
    for column in columns.values():
        if any(column.path[:length] in paths for length in range(1, len(column.path))):
            yield f"{column.title!r} stands inside of another column"


def unread(problem: str) -> Finding:
    """What is said of a line that is no row."""
    return Finding("RUN065", "a line cannot be read", problem)


def is_foreign(text: str) -> bool:
    """Whether it was read from bytes that are no UTF-8."""
    return not text.isascii() and _ESCAPED.search(text) is not None


def _column(title: str, blueprint: Blueprint) -> Column:
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


def _nested(path: Path, value: object) -> dict[str, Any]:
    for key in reversed(path):
        value = {key: value}
    return cast("dict[str, Any]", value)
