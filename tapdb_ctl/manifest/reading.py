"""A file to its documents, whatever is wrong with it."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from tapdb_ctl.errors import Where
from tapdb_ctl.manifest import jsonfile
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.discovery import shown, unreadable
from tapdb_ctl.manifest.documents import Parsed

if TYPE_CHECKING:
    from pathlib import Path

    from tapdb_ctl.errors import Finding

MAX_BYTES = 32 * 1024 * 1024
"""The largest file that is read; a pack of ten thousand templates has about a third of it."""


def read(path: Path) -> Parsed:
    """The documents of one file; never raises for what the file holds or for being unable to open it."""
    try:
        data = content(path)
    except OSError as error:
        return Parsed((), (unreadable(path, error),))
    return parsed(shown(path), data, is_json=path.suffix == ".json")


def content(path: Path) -> bytes:
    """A file's bytes, of one that is too large only as many as tell; raises OSError."""
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def parsed(file: str, data: bytes, *, is_json: bool) -> Parsed:
    """The documents in the content of a file; never raises for what it holds."""
    if len(data) > MAX_BYTES:
        detail = f"more than {MAX_BYTES // 1024 // 1024} MiB"
        return Parsed((), (finding("MAN002", detail, "split it into several files", where=Where(file, 1, 1)),))
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return Parsed((), (_not_text(file, data, error),))
    found = jsonfile.parse(file, data, text) if is_json else _yaml(file, text)
    if not found.documents and (not found.findings or not text.strip()):
        empty = finding(
            "MAN013", "nothing but white space and comments", "fill it or remove it", where=Where(file, 1, 1)
        )
        return Parsed((), (empty,))
    return found


def _yaml(file: str, text: str) -> Parsed:
    from tapdb_ctl.manifest import yamlfile  # noqa: PLC0415 - JSON packs need no YAML parser

    return yamlfile.parse(file, text)


def _not_text(file: str, data: bytes, error: UnicodeDecodeError) -> Finding:
    before = data[: error.start]
    where = Where(file, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return finding("MAN003", "it begins like UTF-16", "save it as UTF-8", where=where)
    return finding("MAN003", f"byte 0x{data[error.start]:02x}: {error.reason}", "save it as UTF-8", where=where)
