"""Where a template may have come from: a code of its own that nobody declares any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.entries import is_code
from tapdb_ctl.versions import LATEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.errors import Finding, Origin
    from tapdb_ctl.manifest.entries import Entry, Known


def rename_findings(entries: Iterable[Entry], known: Known) -> Iterator[Finding]:
    """A finding for every `lifecycle.renamed_from` that names no code, one still declared, or one named twice."""
    first: dict[str, Entry] = {}
    for entry in entries:
        if (written := entry.template.lifecycle.renamed_from) is None:
            continue
        former = written.removesuffix("/")
        if wrong := _wrong(entry, former, known):
            yield wrong
        elif (other := first.setdefault(former, entry)) is not entry:
            detail = f"{entry.code} and {other.code} ({other.file}) are both renamed from {former}"
            hint = "a template becomes one other: remove it from one of them"
            yield finding("TPL023", detail, hint, origin=_origin(entry))


def _wrong(entry: Entry, former: str, known: Known) -> Finding | None:
    if not is_code(former) or former.endswith(LATEST):
        hint = "a code is category/type/subtype/version, the version written out"
        return finding("TPL011", f"{former!r} in {entry.code}", hint, origin=_origin(entry))
    if former == entry.code:
        hint = "remove it: the template has that code already"
        return finding("TPL022", f"{entry.code} is renamed from itself", hint, origin=_origin(entry))
    if known.has(former):
        detail = f"{entry.code} is renamed from {former}, which is declared too"
        return finding("TPL022", detail, "remove the old one, or renamed_from", origin=_origin(entry))
    return None


def _origin(entry: Entry) -> Origin:
    return entry.origin("lifecycle", "renamed_from")
