"""A file's content in its canonical layout, or why it stays as it is."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.errors import Where
from tapdb_ctl.manifest import declarations, reading
from tapdb_ctl.manifest.codes import finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.documents import Document


class Formatted(NamedTuple):
    """The text before and after, or findings; `ours` says whether a document of tapdb's is in the file."""

    before: str
    after: str
    findings: tuple[Finding, ...] = ()
    ours: bool = True


def formatted(file: str, data: bytes, *, is_json: bool) -> Formatted:
    """The content with the white space between its tokens changed and nothing else.

    A file that cannot be read, or whose documents would change, comes back with findings and as it is.
    """
    parsed = reading.parsed(file, data, is_json=is_json)
    if parsed.findings:
        return Formatted("", "", parsed.findings)
    before = data.decode()
    text = _unix(before)
    after = _layout(text, is_json=is_json)
    proof = reading.parsed(file, after.encode(), is_json=is_json)
    if proof.findings or not _alike(parsed.documents, proof.documents):
        return Formatted(before, before, (_unformattable(file, text, after),))
    return Formatted(before, after, ours=not all(map(declarations.unknown, parsed.documents)))


def is_json(data: bytes) -> bool:
    """Whether content without a file name is JSON."""
    text = data.removeprefix(codecs.BOM_UTF8).lstrip()
    return text[:1] in (b"{", b"[") and bool(reading.parsed("", data, is_json=True).documents)


def _unix(text: str) -> str:
    """Without a byte order mark, each line ending with a line feed as both formats read it."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _layout(text: str, *, is_json: bool) -> str:
    if is_json:
        from tapdb_ctl.manifest.formatting.jsonlayout import layout  # noqa: PLC0415 - JSON needs no YAML parser
    else:
        from tapdb_ctl.manifest.formatting.yamllayout import layout  # noqa: PLC0415 - see above
    return layout(text)


def _alike(before: Sequence[Document], after: Sequence[Document]) -> bool:
    """Whether documents are the same to the last type: 1 and 1.0 are not, nor are 1 and true."""
    return repr([document.value for document in before]) == repr([document.value for document in after])


def _unformattable(file: str, before: str, after: str) -> Finding:
    """Points at the first line that would have moved, which is near the cause."""
    lines = zip(before.split("\n"), after.split("\n"), strict=False)
    line = next((number for number, (old, new) in enumerate(lines, 1) if old != new), 1)
    hint = "write the values from here on in another style, or report it: tapdb fmt should have known how"
    return finding("MAN019", "its documents would not be the same", hint, where=Where(file, line, 1))
