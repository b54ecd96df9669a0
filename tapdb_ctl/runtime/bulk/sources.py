"""Where rows are loaded from: files and streams of CSV or JSON lines, read as they are needed, and any iterable."""

from __future__ import annotations

import csv
import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tapdb_ctl.errors import Finding, InvalidInputError
from tapdb_ctl.runtime.bulk.cells import NOT_UTF8, is_foreign, unread
from tapdb_ctl.runtime.bulk.headers import header, unusable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import IO

    from tapdb_ctl.runtime.blueprints import Blueprint
    from tapdb_ctl.runtime.bulk.rows import Given

Format: TypeAlias = Literal["csv", "jsonl"]
Source: TypeAlias = "str | Path | IO[str] | IO[bytes] | Iterable[Given]"
"""A file, by its path or opened; or rows. Text is UTF-8, with or without a byte order mark."""

Numbered: TypeAlias = "tuple[int, Given | Finding]"

UNREAD = "RUN073"
"""The code of the finding that ends a source."""

_FORMATS: dict[str, Format] = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}


@contextmanager
def opened(source: Source, format: Format | None, blueprint: Blueprint) -> Iterator[Iterator[Numbered]]:  # noqa: A002
    """The rows with the numbers of the lines on which they begin, from 1; raises InvalidInputError.

    What is wrong with one line takes its place; a header that no row could satisfy raises.
    """
    if isinstance(source, str | Path):
        path = Path(source)
        read = _read(format or _FORMATS.get(path.suffix.lower()), blueprint)
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
            yield read(stream)
    elif format or hasattr(source, "read"):
        yield _read(format, blueprint)(_texts(source))
    else:
        yield enumerate(source, 1)


def _read(format: Format | None, blueprint: Blueprint) -> Callable[[Iterable[str]], Iterator[Numbered]]:  # noqa: A002
    match format:
        case "csv":
            return lambda lines: _csv(lines, blueprint)
        case "jsonl":
            return _jsonl
    raise InvalidInputError.of(
        "RUN063",
        "it is not known how these rows are written",
        f"format is {format!r}" if format else "no format is given, and no name of a file tells it",
        'give format="csv" or format="jsonl"',
    )


def _texts(stream: Iterable[Any]) -> Iterator[str]:
    """The lines of a stream as text. What is no UTF-8 is kept for the row to be refused."""
    for at, line in enumerate(stream):
        if not isinstance(line, str | bytes):
            raise InvalidInputError(unread(f"{type(line).__name__} is no line of text"))
        text = line if isinstance(line, str) else line.decode(errors="surrogateescape")
        yield text if at else text.removeprefix("\ufeff")


def _jsonl(lines: Iterable[str]) -> Iterator[Numbered]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, _object(line)


def _object(line: str) -> Given | Finding:
    if is_foreign(line):
        return unread(NOT_UTF8)
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        return unread(f"it is no JSON: {error}")
    return found if isinstance(found, dict) else unread("it is no JSON object")


def _csv(lines: Iterable[str], blueprint: Blueprint) -> Iterator[Numbered]:
    reader = csv.reader(lines, strict=True)
    try:
        first = next(reader, None)
    except csv.Error as error:
        raise unusable(f"it is no CSV: {error}") from error
    if first is None:
        return
    titles = header(first, blueprint)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield number, Finding("RUN073", "nothing is read from this line on", f"it is no CSV: {error}")
            return
        if cells is None:
            return
        if cells:
            yield number, titles.row(cells)
