"""Objects of rows that were just written, as though the session had read them: no SELECT, and nothing to flush."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.orm import class_mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict, instance_state
from sqlalchemy.orm.util import identity_key

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.judging import unmapped
from tapdb_ctl.runtime.models import generic_instance, generic_instance_lineage, tapdb_core

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapper, Session

    from tapdb_ctl.runtime.blueprints import Blueprint
    from tapdb_ctl.runtime.drafts import Draft
    from tapdb_ctl.runtime.writing import Edge, Made

_Row = TypeVar("_Row", bound=tapdb_core)


def loaded(session: Session, draft: Draft, made: Made) -> generic_instance:
    """The instance as an object of its typed class, as though the session had just read it."""
    if draft.row is None:
        return _as_read(session, draft, made)
    return draft.row if draft.row in session else persistent(session, draft.row, made, **columns(draft))


def _as_read(session: Session, draft: Draft, made: Made) -> generic_instance:
    """As `persistent` does, in a third of the time: all columns are there, so that none has to be marked as unread."""
    row = new_object(draft)
    instance_dict(row).update(made.columns, **columns(draft))
    state = instance_state(row)
    state.key = identity_key(generic_instance, made.uuid)
    session._update_impl(state)  # noqa: SLF001 - add() does this too, once it has looked for objects that come along
    _new(session, row)
    return row


def columns(draft: Draft) -> dict[str, Any]:
    """What the draft says of the columns."""
    blueprint = draft.blueprint
    return {
        "name": draft.name,
        "polymorphic_discriminator": blueprint.discriminator,
        "category": blueprint.category,
        "type": blueprint.type,
        "subtype": blueprint.subtype,
        "version": blueprint.version,
        "template_uuid": blueprint.uuid,
        "json_addl": draft.document,
        "bstatus": draft.status,
        "is_singleton": blueprint.is_singleton,
        "is_deleted": False,
    }


def loaded_edge(session: Session, edge: Edge, made: Made) -> generic_instance_lineage:
    """The edge as an object; the columns that nobody gave are read when they are asked for."""
    return edge.row or persistent(session, generic_instance_lineage(), made, **edge_columns(edge))


def edge_columns(edge: Edge) -> dict[str, Any]:
    """What the edge says of the columns."""
    return {
        "name": edge.name,
        "polymorphic_discriminator": "generic_instance_lineage",
        "parent_instance_uuid": edge.parent.uuid,
        "child_instance_uuid": edge.child.uuid,
        "parent_type": edge.parent.kind,
        "child_type": edge.child.kind,
        "relationship_type": edge.relationship,
        "is_deleted": False,
    }


def persistent(session: Session, row: _Row, made: Made, **values: object) -> _Row:
    """The object with these values and none of them changed, in the session."""
    instance_dict(row).update(made.columns, **values)
    make_transient_to_detached(row)
    session.add(row)
    _new(session, row)
    return row


def _new(session: Session, row: tapdb_core) -> None:
    """Tell the transaction that the row is new, so that rolling back makes the object transient, as after a flush."""
    if begun := session.get_nested_transaction() or session.get_transaction():
        begun._new[instance_state(row)] = True  # noqa: SLF001 - SQLAlchemy has no other way to say it


def new_object(draft: Draft) -> generic_instance:
    """An empty object of the draft's class, made as the ORM makes those that it reads; raises as `mapper` does."""
    made: generic_instance = mapper(draft.blueprint).class_manager.new_instance()
    return made


def mapper(blueprint: Blueprint) -> Mapper[generic_instance]:
    """How the ORM reads the instances of a template.

    Raises InvalidInputError where the application has mapped no class to their discriminator: nobody could read them.
    """
    mappers = class_mapper(generic_instance).polymorphic_map
    if (found := mappers.get(blueprint.discriminator)) is None:
        raise InvalidInputError(unmapped(blueprint.code, blueprint.discriminator))
    return found
