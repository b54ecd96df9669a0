"""How many live instances and edges there are of each template."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.core.impact import Count
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from collections.abc import Collection

    from tapdb_ctl.providers.postgres.impact.limits import Limits
    from tapdb_ctl.providers.postgres.session import Session

UNKNOWN = Count(0, at_least=True)
"""Nothing was counted."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of one template; `prefixes` are those of its instances' EUIDs."""

    instances: Count = UNKNOWN
    edges: Count = UNKNOWN
    prefixes: dict[str, Count] = field(default_factory=dict)


class _Row(NamedTuple):
    code: str
    prefix: str | None
    looked_at: int
    live: int
    linked: int | None
    edges: int | None
    most: int | None


def inspect(session: Session, codes: Collection[str], limits: Limits) -> dict[str, Tally]:
    """One statement for all codes; a code that is missing was not looked at.

    Each template is looked at up to an equal share of a fixed number of rows, rather than all of them until a timeout
    strikes: the work is bounded whatever the table holds, the same plan gives the same numbers, and what a cursor
    would have delivered in many round trips arrives in one.
    """
    share = limits.share(limits.instances, len(codes))
    values = {
        "codes": "\n".join(codes),
        "counting": limits.counting,
        "instances": share,
        "linked": limits.share(limits.linked, len(codes)),
        "edges": limits.edges,
    }
    rows: dict[str, list[_Row]] = {}
    for row in session.tried(query("impact_counts"), values, seconds=limits.statement):
        rows.setdefault(row[0], []).append(_Row(*row))
    return {code: _tally(of, share, limits) for code, of in rows.items()}


def _tally(rows: list[_Row], share: int, limits: Limits) -> Tally:
    live = sum(row.live for row in rows)
    cut = sum(row.looked_at for row in rows) > share
    linked, edges, most = rows[0].linked or 0, rows[0].edges or 0, rows[0].most or 0
    return Tally(
        Count(live, cut),
        Count(edges, cut or linked < live or most >= limits.edges),
        {row.prefix: Count(row.live, cut) for row in rows if row.prefix and row.live},
    )
