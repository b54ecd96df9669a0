"""One index a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.manifest.codes import finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.entries import Entry


def index_findings(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Paths that one template indexes twice with one type."""
    for entry in entries:
        seen: set[tuple[str, str]] = set()
        for number, index in enumerate(entry.template.indexes):
            if (index.path, index.type) in seen:
                detail = f"{index.path} of {entry.code} as {index.type}"
                yield finding("TPL021", detail, "keep one of them", origin=entry.origin("indexes", number, "path"))
            seen.add((index.path, index.type))
