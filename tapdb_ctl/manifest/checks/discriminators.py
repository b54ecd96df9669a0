"""Discriminators that tapdb's own classes answer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.errors import Severity
from tapdb_ctl.manifest.codes import finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.entries import Entry

FAMILIES = (
    "generic", "workflow", "workflow_step", "container", "content", "equipment", "data", "test_requisition", "actor",
    "action", "health_event", "file", "subject",
)  # fmt: skip
KNOWN = frozenset(f"{family}_template" for family in FAMILIES)


def discriminator_findings(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Warnings about unknown discriminators: an application may have a class for them, tapdb has not."""
    for entry in entries:
        if entry.template.polymorphic_discriminator not in KNOWN:
            detail = f"{entry.template.polymorphic_discriminator} of {entry.code}"
            hint = "rows load as a generic template unless the application registers a class"
            yield finding(
                "TPL010", detail, hint, severity=Severity.WARNING, origin=entry.origin("polymorphic_discriminator")
            )
