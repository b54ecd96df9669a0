"""Edges between instances, and walks along them."""

from __future__ import annotations

from typing import Any

from app import App, behaviour, refusal
from daylily_tapdb import generic_instance_lineage

_CODE = {"category": "generic", "type": "lineage", "subtype": "instance_lineage", "version": "1.0.0"}


@behaviour("two instances are linked")
def linked(app: App) -> Any:
    with app.session() as session:
        parent, child = app.tubes(session, 2)
        edge = app.factory.link_instances(session, parent, child, "derived_from")
        return [edge.euid_prefix, edge.relationship_type, edge.parent_type, edge.child_type, edge.bstatus]


@behaviour("1,000 links are added by one flush")
def bulk(app: App) -> Any:
    with app.session() as session:
        parent, child = app.tubes(session, 2)
        between = {"parent_instance_uuid": parent.uuid, "child_instance_uuid": child.uuid, "name": "edge"}
        fixed = {"polymorphic_discriminator": "generic_instance_lineage", "bstatus": "active", **_CODE, **between}
        session.add_all(generic_instance_lineage(**fixed, relationship_type=str(number)) for number in range(1000))
        session.flush()
        return parent.parent_of_lineages.count()


@behaviour("the same link twice is refused")
def twice(app: App) -> Any:
    with app.session() as session:
        parent, child = app.tubes(session, 2)
        app.factory.link_instances(session, parent, child)
        return refusal(session, lambda: app.factory.link_instances(session, parent, child))


@behaviour("a second link of another relationship type is accepted")
def another_type(app: App) -> Any:
    with app.session() as session:
        parent, child = app.tubes(session, 2)
        app.factory.link_instances(session, parent, child)
        return refusal(session, lambda: app.factory.link_instances(session, parent, child, "other"))


@behaviour("a link that was deleted can be made again")
def again(app: App) -> Any:
    with app.session() as session:
        parent, child = app.tubes(session, 2)
        session.delete(app.factory.link_instances(session, parent, child))
        session.flush()
        return refusal(session, lambda: app.factory.link_instances(session, parent, child))


@behaviour("an object cannot be linked to itself")
def to_itself(app: App) -> Any:
    with app.session(commit=False) as session:
        (tube,) = app.tubes(session, 1)
        return refusal(session, lambda: app.factory.link_instances(session, tube, tube))


@behaviour("links cannot close a cycle")
def cycle(app: App) -> Any:
    with app.session(commit=False) as session:
        first, second, third = app.tubes(session, 3)
        app.factory.link_instances(session, first, second)
        app.factory.link_instances(session, second, third, "other")
        return refusal(session, lambda: app.factory.link_instances(session, third, first))


@behaviour("relationships walk up and down, sorted and filtered")
def walks(app: App) -> Any:
    with app.session() as session:
        parent, *children = app.tubes(session, 4)
        for child in children:
            app.factory.link_instances(session, parent, child)
        down = [edge.child_instance.name for edge in parent.get_sorted_parent_of_lineages()]
        up = [edge.parent_instance.name for edge in children[0].get_sorted_child_of_lineages()]
        named = parent.filter_lineage_members("parent_of_lineages", "child_instance", {"name": "tube 2"})
        return [down, up, [edge.child_instance.name for edge in named]]
