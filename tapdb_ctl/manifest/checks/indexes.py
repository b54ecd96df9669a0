"""One index a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.properties import path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.entries import Entry


def index_findings(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Paths that one template indexes twice, however it writes them."""
    for entry in entries:
        seen = set()
        for number, index in enumerate(entry.template.indexes):
            keys = path(index.path)
            if keys in seen:
                detail, origin = f"{index.path} of {entry.code}", entry.origin("indexes", number, "path")
                yield finding("TPL021", detail, "keep one of them", origin=origin)
            seen.add(keys)
