"""Edges between instances that are there, as far as their templates expect them."""

from __future__ import annotations

from reprlib import repr as repr_short
from typing import TYPE_CHECKING

from tapdb_ctl.errors import Finding, InvalidInputError
from tapdb_ctl.runtime import objects, refs, storable, watching
from tapdb_ctl.runtime.expecting import unexpected
from tapdb_ctl.runtime.session import context
from tapdb_ctl.runtime.writing import Edge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.blueprints import Blueprint
    from tapdb_ctl.runtime.models import generic_instance_lineage
    from tapdb_ctl.runtime.refs import Ref
    from tapdb_ctl.runtime.writing import Made


def linked(session: Session, parent: Ref, child: Ref, relationship: str) -> generic_instance_lineage:
    """One edge, as an object."""
    (edge,), (made,) = joined(session, [(parent, child, relationship)])
    return objects.loaded_edge(session, edge, made)


def joined(session: Session, wanted: Sequence[tuple[Ref, Ref, str]]) -> tuple[Sequence[Edge], list[Made]]:
    """Edges between instances named by object, EUID or uuid, in order, and what the database gave each.

    Raises NotFoundError for instances that are not there, InvalidInputError for those that are deleted and for edges
    that templates do not expect; nothing is written then. Whoever deletes an instance at the same time is not seen.
    """
    if wrong := [_unnamed(kind) for _, _, kind in wanted if not is_relationship(kind)]:
        raise InvalidInputError(*wrong)
    session.flush()
    ends = refs.named(session, [end for parent, child, _ in wanted for end in (parent, child)])
    if gone := [Finding("RUN018", "a deleted instance is not linked", end.euid) for end in ends if end.is_deleted]:
        raise InvalidInputError(*dict.fromkeys(gone))
    pairs = zip(ends[::2], ends[1::2], strict=True)
    edges = [Edge(parent, child, kind) for (parent, child), (_, _, kind) in zip(pairs, wanted, strict=True)]
    expect(session, edges)
    return watching.joined(session, context(session).hooks, edges)


def is_relationship(kind: object) -> bool:
    """Whether edges can be called so."""
    return isinstance(kind, str) and bool(kind) and storable.is_text(kind)


def _unnamed(kind: object) -> Finding:
    return Finding("RUN072", "this is no edge", f"a relationship is a text, not {repr_short(kind)}")


def expect(session: Session, edges: Sequence[Edge]) -> None:
    """Raise InvalidInputError for edges that the templates at their ends do not expect."""
    templates = {end.template_uuid for edge in edges for end in edge[:2]}
    known = context(session).catalog.of_uuids(session, templates)
    if not any(_expects(blueprint) for blueprint in known.values()):
        return
    wrong = [
        finding
        for edge in edges
        for finding in unexpected(known[edge.parent.template_uuid], known[edge.child.template_uuid], edge.name)
    ]
    if wrong:
        raise InvalidInputError(*wrong)


def _expects(blueprint: Blueprint) -> bool:
    return bool(blueprint.expected("expected_inputs") or blueprint.expected("expected_outputs"))
