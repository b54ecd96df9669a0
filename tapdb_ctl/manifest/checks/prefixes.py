"""Who may use which EUID prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.manifest.codes import finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.entries import Entry

RESERVED = {"GT": "templates", "GN": "lineage"}


def reserved_findings(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Instance prefixes that belong to tapdb's own rows."""
    for entry in entries:
        if entry.template.instance_prefix in RESERVED:
            prefix = entry.template.instance_prefix
            detail = f"{prefix} belongs to {RESERVED[prefix]} alone"
            yield finding("TPL008", detail, "choose another", origin=entry.origin("instance_prefix"))


def identity_findings(entries: Iterable[Entry], identity: dict[str, str]) -> Iterator[Finding]:
    """Instance prefixes that an identity has; `identity` maps prefixes to what has them."""
    for entry in entries:
        if entry.template.instance_prefix in identity:
            prefix = entry.template.instance_prefix
            detail = f"{prefix} of {entry.code} is spec.identity.{identity[prefix]}"
            yield finding("TPL009", detail, "choose another for one of them", origin=entry.origin("instance_prefix"))
