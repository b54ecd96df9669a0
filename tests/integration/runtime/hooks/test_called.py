"""Hooks are called on every way to create, update, delete and link, and may change what is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from orm_rows import edge, names, tube
from runtime_worlds import BOX, CLIENT, QUEUE, TUBE, WELL
from tapdb_ctl.runtime.models import generic_instance, generic_instance_lineage
from tapdb_ctl.runtime.session import context

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from conftest import Heard
    from tapdb_ctl import InstanceFactory, TAPDBConnection


def test_the_factory_calls_them_for_root_children_and_edges(
    db: TAPDBConnection, factory: InstanceFactory, heard: Heard
) -> None:
    with db.session_scope(commit=True) as session:
        factory.create_instance(session, BOX, "B")
    instances, edges = ["B", "B-1", "B-2", "B_x_1"], ["holds", "holds", "contains"]
    assert heard == [
        *(f"before create {name}" for name in instances),
        *(f"before link {kind}" for kind in edges),
        *(f"after link {kind}" for kind in edges),
        *(f"after create {name}" for name in instances),
    ]


def test_linking_calls_them(db: TAPDBConnection, factory: InstanceFactory, heard: Heard) -> None:
    with db.session_scope(commit=True) as session:
        one, two = (factory.create_instance(session, TUBE, name) for name in "ab")
        heard.clear()
        factory.link_instances(session, one, two.euid, "poured into")
        assert heard == ["before link poured into", "after link poured into"]


def test_the_orm_calls_them(db: TAPDBConnection, heard: Heard) -> None:
    with db.session_scope(commit=True) as session:
        one, two = tube(session, "a"), tube(session, "b")
        session.add_all([one, two, edge(one, two)])
        session.flush()
        assert heard == [
            *("before create a", "before create b", "before link orm"),
            *("after create a", "after create b", "after link orm"),
        ]
        heard.clear()
        one.bstatus = "used"
        session.flush()
        assert heard == ["before update a", "after update a"]
        heard.clear()
        one.is_deleted = True
        session.delete(two)
        session.flush()
        assert heard == ["before delete a", "before delete b", "after delete a", "after delete b"]
        assert two.is_deleted
        heard.clear()
        one.is_deleted = False
        session.flush()
        assert heard == ["before update a", "after update a"]
    assert names(db) == ["a"]


def test_what_changes_nothing_calls_none(db: TAPDBConnection, heard: Heard) -> None:
    with db.session_scope(commit=True) as session:
        session.add(one := tube(session, "a"))
        session.flush()
        heard.clear()
        one.name = "a"
        session.flush()
        assert heard == []


def test_a_hook_before_changes_what_the_factory_writes(db: TAPDBConnection, factory: InstanceFactory) -> None:
    @db.hooks.before_create
    def stamp(_: Session, instance: generic_instance) -> None:
        if instance.type == "box":
            instance.name = "renamed"
        instance.bstatus = "stamped"
        instance.json_addl["properties"]["by"] = "hook"

    with db.session_scope(commit=True) as session:
        box = factory.create_instance(session, BOX, "B")
        assert (box.name, box.bstatus, box.json_addl["properties"]) == ("renamed", "stamped", {"by": "hook"})
    assert names(db) == ["renamed", "renamed-1", "renamed-2", "renamed_x_1"]
    with db.session_scope() as session:
        found = session.scalars(select(generic_instance)).all()
        assert {(row.bstatus, row.json_addl["properties"]["by"]) for row in found} == {("stamped", "hook")}


def test_a_template_is_not_changed_through_what_a_hook_sees(db: TAPDBConnection, factory: InstanceFactory) -> None:
    @db.hooks.before_create
    def spoil(_: Session, instance: generic_instance) -> None:
        instance.json_addl["properties"]["maker"]["name"] = instance.name

    with db.session_scope(commit=True) as session:
        factory.create_instance(session, TUBE, "spoiled")
        template = context(session).catalog.blueprint(session, TUBE)
        assert template.json_addl["properties"]["maker"]["name"] == "acme"


def test_a_hook_before_changes_what_the_orm_writes(db: TAPDBConnection) -> None:
    @db.hooks.before_create
    @db.hooks.before_update
    def stamp(_: Session, instance: generic_instance) -> None:
        instance.name += "!"

    with db.session_scope(commit=True) as session:
        session.add(one := tube(session, "a"))
        session.flush()
        one.bstatus = "used"
    assert names(db) == ["a!!"]


def test_a_hook_before_changes_an_edge(db: TAPDBConnection, factory: InstanceFactory) -> None:
    @db.hooks.before_link
    def rename(_: Session, edge: generic_instance_lineage) -> None:
        edge.name, edge.relationship_type = f"{edge.parent_instance.name} to {edge.child_instance.name}", "holds"
        edge.json_addl = {"by": "hook"}

    with db.session_scope(commit=True) as session:
        one, two = (factory.create_instance(session, TUBE, name) for name in "ab")
        made = factory.link_instances(session, one, two)
        assert made.relationship_type == "holds"
        assert made.child_instance is two
    with db.session_scope() as session:
        read = session.scalars(select(generic_instance_lineage)).one()
        assert (read.name, read.relationship_type, read.json_addl) == ("a to b", "holds", {"by": "hook"})


def test_a_hook_after_sees_the_euid_and_the_object_that_the_caller_gets(
    db: TAPDBConnection, factory: InstanceFactory
) -> None:
    seen: list[generic_instance] = []

    @db.hooks.after_create
    def keep(session: Session, instance: generic_instance) -> None:
        assert session.scalar(text("SELECT name FROM generic_instance WHERE euid = :e"), {"e": instance.euid})
        seen.append(instance)

    with db.session_scope(commit=True) as session:
        box = factory.create_instance(session, BOX, "B")
        assert seen[0] is box
        assert {row.parent_instance for row in seen[1].child_of_lineages} == {box}


def test_singletons_call_them_once(db: TAPDBConnection, factory: InstanceFactory, heard: Heard) -> None:
    for _ in range(2):
        with db.session_scope(commit=True) as session:
            factory.get_or_create_singleton_instance(session, CLIENT, "c")
    assert heard == ["before create c", "after create c"]


def test_a_refused_edge_calls_none(db: TAPDBConnection, factory: InstanceFactory, heard: Heard) -> None:
    with db.session_scope() as session:
        well, queue = factory.create_instance(session, WELL, "w"), factory.create_instance(session, QUEUE, "q")
        heard.clear()
        with pytest.raises(ValueError, match="RUN013"):
            factory.link_instances(session, well, queue)
        assert heard == []


def test_without_hooks_there_are_no_objects_for_them(
    db: TAPDBConnection, factory: InstanceFactory, said: list[str]
) -> None:
    with db.session_scope(commit=True) as session:
        factory.create_instance(session, BOX, "B")
        assert len(session.identity_map) <= 1
    assert len(said) == 5
