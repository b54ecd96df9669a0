"""Bulk work calls the hooks for each row, where there are any, and stays without objects where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from orm_rows import names
from runtime_worlds import BOX, TUBE
from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from conftest import Heard
    from tapdb_ctl import InstanceFactory, TAPDBConnection


def test_each_row_is_heard(db: TAPDBConnection, factory: InstanceFactory, heard: Heard) -> None:
    with db.session_scope(commit=True) as session:
        one, two = factory.create_instances(session, TUBE, [{"name": "a"}, {"name": "b"}])
        assert heard == ["before create a", "before create b", "after create a", "after create b"]
        heard.clear()
        factory.link_many(session, [(one, two, "holds")])
        assert heard == ["before link holds", "after link holds"]
        heard.clear()
        factory.update_many(session, {one: {"bstatus": "full"}, two: {"bstatus": "empty"}})
        assert heard == ["before update a", "after update a"]  # the other is as it was
        heard.clear()
        factory.soft_delete_many(session, [two])
        assert heard == ["before delete b", "after delete b"]
        heard.clear()
        factory.restore(session, [two])
        assert heard == ["before update b", "after update b"]
    assert names(db) == ["a", "b"]


def test_trees_loads_and_children_are_heard(db: TAPDBConnection, factory: InstanceFactory, heard: Heard) -> None:
    with db.session_scope(commit=True) as session:
        factory.create_tree(session, {"template": TUBE, "name": "t", "children": [{"template": TUBE, "name": "u"}]})
        assert heard == [
            *("before create t", "before create u"),
            *("before link contains", "after link contains", "after create t", "after create u"),
        ]
        heard.clear()
        factory.load_instances(session, BOX, [{"name": "B"}])
        assert sorted(line for line in heard if "after create" in line) == [
            f"after create {name}" for name in ("B", "B-1", "B-2", "B_x_1")
        ]


def test_a_hook_changes_rows_and_is_judged(db: TAPDBConnection, factory: InstanceFactory) -> None:
    @db.hooks.before_create
    @db.hooks.before_update
    def stamp(_: Session, instance: generic_instance) -> None:
        instance.name += "!"
        if instance.bstatus == "wrong":
            instance.json_addl = {"properties": {"volume": float("nan")}}

    with db.session_scope(commit=True) as session:
        (one,) = factory.create_instances(session, TUBE, [{"name": "a"}])
        factory.update_many(session, {one: {"bstatus": "full"}})
        assert session.scalars(select(generic_instance.name)).all() == ["a!!"]
        with pytest.raises(InvalidInputError, match="RUN006"):
            factory.create_instances(session, TUBE, [{"name": "b"}, {"name": "c", "bstatus": "wrong"}])
    assert names(db) == ["a!!"]


def test_what_a_hook_refuses_is_undone_as_a_whole(db: TAPDBConnection, factory: InstanceFactory) -> None:
    @db.hooks.after_create
    def refuse(_: Session, instance: generic_instance) -> None:
        if instance.name == "b":
            raise KeyError

    with db.session_scope(commit=True) as session:
        factory.create_instances(session, TUBE, [{"name": "before"}])
        with pytest.raises(KeyError):
            factory.create_instances(session, TUBE, [{"name": "a"}, {"name": "b"}])
        factory.create_instances(session, TUBE, [{"name": "after"}])
    assert names(db) == ["after", "before"]


def test_without_hooks_there_are_no_objects(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        euids = factory.create_instances(session, TUBE, [{"name": str(n)} for n in range(100)])
        factory.update_many(session, {euid: {"bstatus": "full"} for euid in euids})
        factory.soft_delete_many(session, euids)
        assert len(session.identity_map) == 0


def test_false_is_not_zero(db: TAPDBConnection, factory: InstanceFactory) -> None:
    told = []

    @db.hooks.before_update
    def flag(_: Session, row: generic_instance) -> None:
        told.append(row.name)
        row.json_addl = {**row.json_addl, "properties": {**row.json_addl["properties"], "seen": True}}

    with db.session_scope(commit=True) as session:
        (euid,) = factory.create_instances(session, TUBE, [{"name": "T", "properties": {"full": 0, "seen": 1}}])
        assert factory.update_many(session, {euid: {"properties": {"full": False}}}) == [euid]
    assert told == ["T"]
    with db.session_scope() as session:
        held = session.scalars(select(generic_instance.json_addl).where(generic_instance.euid == euid)).one()
        assert held["properties"]["full"] is False
        assert held["properties"]["seen"] is True
