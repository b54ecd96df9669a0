"""Hooks around what is written set by set: they see objects, which are made for them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy.orm.attributes import instance_dict

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime import objects, refs, writing
from tapdb_ctl.runtime.drafts import as_json
from tapdb_ctl.runtime.hooks import undone
from tapdb_ctl.runtime.models import generic_instance_lineage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.drafts import Draft
    from tapdb_ctl.runtime.hooks import Hooks
    from tapdb_ctl.runtime.writing import Edge, Made

_LEFT = ("name", "bstatus", "json_addl")
"""What hooks may change of an edge beside its relationship_type; the statement that writes edges knows none of it."""


def announce(session: Session, hooks: Hooks, drafts: Sequence[Draft]) -> None:
    """Call the hooks before a creation; what they change of name, document and status goes into the drafts.

    Raises InvalidInputError for instances that they leave without a name.
    """
    named = {id(draft) for draft in drafts if draft.place and draft.place.is_settled and draft.name == _by_place(draft)}
    for draft in drafts:
        if id(draft) in named:  # the parent's hooks may have given it another name
            draft.name = _by_place(draft)
        row = draft.row = objects.new_object(draft)
        instance_dict(row).update(objects.columns(draft))
        hooks.call("before", "create", session, row)
        name = cast("str | None", row.name)
        if name is None and draft.name is not None:
            raise InvalidInputError.of("RUN090", "a hook takes the name of an instance away", draft.name)
        draft.name, draft.status = name, row.bstatus
        draft.text = as_json(row.json_addl or {}, f"{name!r} of {draft.blueprint.code}")


def _by_place(draft: Draft) -> str | None:
    return draft.place.name(None) if draft.place else None


def settle(session: Session, drafts: Sequence[Draft], made: Sequence[Made]) -> None:
    """Make what hooks saw before a creation the session's objects of the new rows."""
    for draft, row in zip(drafts, made, strict=True):
        objects.loaded(session, draft, row)


def report(session: Session, hooks: Hooks, drafts: Sequence[Draft]) -> None:
    """Call the hooks after a creation."""
    for draft in drafts:
        hooks.call("after", "create", session, draft.row)


def joined(session: Session, hooks: Hooks, edges: Sequence[Edge]) -> tuple[Sequence[Edge], list[Made]]:
    """Write edges, with the hooks around if there are any; the edges as hooks left them, and what each was given."""
    if not hooks.watch("link"):
        return edges, writing.insert_edges(session, edges)
    edges = _announced(session, hooks, edges)
    made = writing.insert_edges(session, edges)
    rows = [_settled(session, edge, given) for edge, given in zip(edges, made, strict=True)]
    with undone(session):
        for row in rows:
            hooks.call("after", "link", session, row)
    return edges, made


def _announced(session: Session, hooks: Hooks, edges: Sequence[Edge]) -> list[Edge]:
    ends = refs.instances(session, {end.uuid for edge in edges for end in (edge.parent, edge.child)})
    found = []
    for edge in edges:
        row = generic_instance_lineage()
        instance_dict(row).update(
            objects.edge_columns(edge), parent_instance=ends[edge.parent.uuid], child_instance=ends[edge.child.uuid]
        )
        hooks.call("before", "link", session, row)
        found.append(edge._replace(relationship=row.relationship_type, row=row))
    return found


def _settled(session: Session, edge: Edge, made: Made) -> generic_instance_lineage:
    """The edge that hooks saw, now in the session; what the statement does not write is left to the next flush."""
    assert edge.row
    given = objects.edge_columns(edge)
    seen = instance_dict(edge.row)
    left = {key: seen.pop(key) for key in _LEFT if key in seen}
    row = objects.persistent(session, edge.row, made, **given)
    for key, value in left.items():
        setattr(row, key, value)
    return row
