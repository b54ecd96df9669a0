"""The first line of a CSV file, and the rows below it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from tapdb_ctl import properties
from tapdb_ctl.errors import Finding, InvalidInputError
from tapdb_ctl.runtime.bulk.cells import NOT_UTF8, column, is_foreign, unread
from tapdb_ctl.runtime.merging import merged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tapdb_ctl.properties import Path
    from tapdb_ctl.runtime.blueprints import Blueprint
    from tapdb_ctl.runtime.bulk.cells import Column
    from tapdb_ctl.runtime.bulk.rows import Given

_OWN = ("name", "bstatus", "idempotency_key")


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
            if (known := self.columns.get(at)) is None:
                found[self.titles[at]] = cell
                continue
            try:
                value = known.value(cell)
            except (ValueError, RecursionError):
                return unread(f"{known.title}: {cell[:60]!r} is no {known.kind}")
            found["properties"] = merged(found.get("properties", {}), _nested(known.path, value))
        return found


def header(titles: Sequence[str], blueprint: Blueprint) -> Header:
    """The header that these titles make; raises InvalidInputError for one that no row could satisfy."""
    titles = tuple(title.strip() for title in titles)
    if problems := list(_problems(titles)):
        raise unusable(*problems)
    columns = {at: column(title, blueprint) for at, title in enumerate(titles) if title not in _OWN}
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
    paths = {known.path for known in columns.values()}
    for known in columns.values():
        if any(known.path[:length] in paths for length in range(1, len(known.path))):
            yield f"{known.title!r} stands inside of another column"


def _nested(path: Path, value: object) -> dict[str, Any]:
    for key in reversed(path):
        value = {key: value}
    return cast("dict[str, Any]", value)
