"""link_many: edges between instances that are there, all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from tapdb_ctl.runtime.bulk.batches import batches
from tapdb_ctl.runtime.linking import joined
from tapdb_ctl.runtime.session import writing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.refs import Ref

NewEdge: TypeAlias = "tuple[Ref, Ref] | tuple[Ref, Ref, str]"
"""Parent, child, and the relationship where it is another one than the call's."""


def linked(session: Session, edges: Iterable[NewEdge], relationship: str) -> list[str]:
    """The EUIDs of the new edges, in order; raises as `runtime.linking.joined` does."""
    writing(session)
    euids: list[str] = []
    with session.begin_nested():
        for batch in batches(edges):
            wanted = [(edge[0], edge[1], edge[2] if len(edge) > 2 else relationship) for edge in batch]  # noqa: PLR2004
            euids += [made.euid for made in joined(session, wanted)[1]]
    return euids
