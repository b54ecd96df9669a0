"""link_many: edges between instances that are there, all or nothing."""

from __future__ import annotations

from reprlib import repr as repr_short
from typing import TYPE_CHECKING, TypeAlias, cast

from tapdb_ctl.errors import Finding, InvalidInputError
from tapdb_ctl.runtime.bulk.batches import batches
from tapdb_ctl.runtime.linking import is_relationship, joined
from tapdb_ctl.runtime.session import writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.refs import Ref

NewEdge: TypeAlias = "tuple[Ref, Ref] | tuple[Ref, Ref, str]"
"""Parent, child, and the relationship where it is another one than the call's."""


_Wanted: TypeAlias = "tuple[Ref, Ref, str]"


def linked(session: Session, edges: Iterable[NewEdge], relationship: str) -> list[str]:
    """The EUIDs of the new edges, in order; raises as `runtime.linking.joined` does, and for what is no edge."""
    writing(session)
    euids: list[str] = []
    with session.begin_nested():
        for batch in batches(edges):
            euids += [made.euid for made in joined(session, _wanted(batch, relationship))[1]]
    return euids


def _wanted(edges: Sequence[NewEdge], relationship: str) -> list[_Wanted]:
    """The edges with their relationships; raises InvalidInputError with all that are none."""
    found = [_read(edge, relationship) for edge in edges]
    if wrong := [edge for edge in found if isinstance(edge, Finding)]:
        raise InvalidInputError(*wrong)
    return [edge for edge in found if not isinstance(edge, Finding)]


def _read(edge: object, relationship: str) -> _Wanted | Finding:
    match edge:
        case (parent, child):
            kind: object = relationship
        case (parent, child, kind):
            pass
        case _:
            kind = None
    if is_relationship(kind):
        return cast("_Wanted", (parent, child, kind))  # `refs` looks at what names its ends
    wanted = "an edge is (parent, child), or (parent, child, relationship_type) with a text"
    return Finding("RUN072", "this is no edge", repr_short(edge), wanted)
