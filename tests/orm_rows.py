"""Rows as an application makes them by itself, by the ORM and without the factory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from runtime_worlds import TUBE
from tapdb_ctl.runtime.models import generic_instance, generic_instance_lineage, generic_template
from tapdb_ctl.runtime.models.instance import container_instance
from tapdb_ctl.runtime.session import context

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tapdb_ctl import TAPDBConnection

CUP = "container/cup/x/1.0"


def tube(session: Session, name: str, code: str = TUBE, **more: Any) -> container_instance:
    """An instance of a template, as its code says."""
    template = context(session).catalog.blueprint(session, code)
    named = {key: getattr(template, key) for key in ("category", "type", "subtype", "version", "is_singleton")}
    return container_instance(name=name, template_uuid=template.uuid, bstatus="new", **{**named, **more})


def cup_template(**more: Any) -> generic_template:
    """A template of CUP."""
    named = dict(zip(("category", "type", "subtype", "version"), CUP.split("/"), strict=True))
    usual = {"name": "cup", "bstatus": "active", "is_singleton": False, "instance_prefix": "CX", "json_addl": {}}
    return generic_template(**{**usual, **named, "instance_polymorphic_identity": "container_instance", **more})


def edge(parent: generic_instance, child: generic_instance, by: str = "object") -> generic_instance_lineage:
    named = {"category": "generic", "type": "lineage", "subtype": "x", "version": "1", "bstatus": "active"}
    ends: dict[str, Any] = (
        {"parent_instance": parent, "child_instance": child}
        if by == "object"
        else {"parent_instance_uuid": parent.uuid, "child_instance_uuid": child.uuid}
    )
    return generic_instance_lineage(name="e", relationship_type="orm", **named, **ends)


def names(db: TAPDBConnection) -> list[str]:
    """Those of all live instances."""
    with db.session_scope() as session:
        return sorted(session.scalars(select(generic_instance.name).where(generic_instance.is_deleted.is_(False))))
