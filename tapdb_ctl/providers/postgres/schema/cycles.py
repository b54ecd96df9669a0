"""Cycles that an older schema let in: told before it is migrated, since ours refuses new ones and leaves these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.errors import Finding, Severity
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tapdb_ctl.providers.postgres.session import Session

SHOWN = 5
"""How many edges a finding names."""


def findings(session: Session) -> Iterator[Finding]:
    """A warning that names the first edges on a cycle, self-links among them."""
    rows = session.rows(query("lineage_cycles"), {"limit": SHOWN + 1})
    if rows:
        edges = ", ".join(f"{edge} ({parent} -> {child})" for edge, parent, child in rows[:SHOWN])
        yield Finding(
            "PG054",
            "live edges lie on a cycle",
            f"{edges}{', …' if len(rows) > SHOWN else ''}",
            "delete one edge of each cycle; they stay as they are, and no edge that would close another is let in",
            Severity.WARNING,
        )
