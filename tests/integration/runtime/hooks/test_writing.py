"""Hooks may write through the session: other hooks hear of it, they themselves do not, and nothing is missed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from orm_rows import names, tube
from runtime_worlds import BOX, CLIENT, SAMPLE, TUBE
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from conftest import Heard
    from tapdb_ctl import InstanceFactory, TAPDBConnection
    from tapdb_ctl.runtime.hooks import When

WAYS = {
    "factory": lambda session, factory, name: factory.create_instance(session, TUBE, name),
    "orm": lambda session, _, name: session.add(tube(session, name)),
    "singleton": lambda session, factory, name: factory.get_or_create_singleton_instance(session, CLIENT, name),
}


@pytest.mark.parametrize("outer", ["factory", "orm"])
@pytest.mark.parametrize("inner", WAYS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_hook_that_creates_does_not_call_itself(
    db: TAPDBConnection, factory: InstanceFactory, heard: Heard, when: When, outer: str, inner: str
) -> None:
    calls: list[str] = []

    @db.hooks.on(when, "create")
    def follow(session: Session, instance: Any) -> None:
        calls.append(instance.name)
        WAYS[inner](session, factory, f"{instance.name}'")

    with db.session_scope(commit=True) as session:
        WAYS[outer](session, factory, "a")
    assert calls == ["a"]
    assert names(db) == ["a", "a'"]
    assert sorted(heard) == [f"{at} create {name}" for at in ("after", "before") for name in ("a", "a'")]


@pytest.mark.parametrize("when", ["before", "after"])
def test_hooks_that_answer_each_other_come_to_an_end(db: TAPDBConnection, when: When) -> None:
    for mark in "xy":

        @db.hooks.on(when, "create")
        def follow(session: Session, instance: Any, mark: str = mark) -> None:
            session.add(tube(session, instance.name + mark))

    with db.session_scope(commit=True) as session:
        session.add(tube(session, "a"))
    assert names(db) == ["a", "ax", "axy", "ay", "ayx"]


def test_each_of_many_meets_every_hook_though_another_asks_the_database(db: TAPDBConnection) -> None:
    @db.hooks.before_create
    def number(session: Session, instance: generic_instance) -> None:
        there = session.scalars(select(generic_instance.name)).all()  # flushes nothing
        assert there == []
        instance.name += "1"

    @db.hooks.before_create
    def mark(_: Session, instance: generic_instance) -> None:
        instance.name += "!"

    with db.session_scope(commit=True) as session:
        session.add_all([tube(session, "a"), tube(session, "b")])
    assert names(db) == ["a1!", "b1!"]


def test_what_a_hook_changes_calls_the_hooks_of_changes(
    db: TAPDBConnection, factory: InstanceFactory, heard: Heard
) -> None:
    with db.session_scope(commit=True) as session:
        rack = factory.create_instance(session, TUBE, "rack")

        @db.hooks.on("before", "create")
        @db.hooks.on("after", "create")
        def count(_: Session, instance: generic_instance) -> None:
            rack.bstatus = f"{instance.name} {instance.euid}"

        heard.clear()
        session.add(one := tube(session, "a"))
        session.flush()
        assert rack.bstatus == f"a {one.euid}"
    assert heard == [
        *("before create a", "before update rack", "after create a"),
        *("before update rack", "after update rack"),  # what the hook after creation left
        "after update rack",
    ]


def test_a_hook_links_what_was_made(db: TAPDBConnection, factory: InstanceFactory, heard: Heard) -> None:
    @db.hooks.after_create
    def fill(session: Session, instance: generic_instance) -> None:
        if instance.type == "tube":
            factory.link_instances(session, instance, factory.create_instance(session, SAMPLE, "s"), "holds")

    with db.session_scope(commit=True) as session:
        factory.create_instance(session, BOX, "B")
    assert [line for line in heard if "after link" in line] == [
        *["after link holds"] * 2,
        *["after link contains"],
        *["after link holds"] * 2,
    ]


def test_a_hook_of_an_update_may_delete(db: TAPDBConnection, heard: Heard) -> None:
    @db.hooks.before_update
    def retire(_: Session, instance: generic_instance) -> None:
        instance.is_deleted = instance.bstatus == "empty"

    with db.session_scope(commit=True) as session:
        session.add(one := tube(session, "a"))
        session.flush()
        heard.clear()
        one.bstatus = "empty"
    assert heard == ["before update a", "before delete a", "after delete a"]
    assert names(db) == []


def test_hooks_run_in_the_order_in_which_they_were_added(db: TAPDBConnection, factory: InstanceFactory) -> None:
    marks: dict[str, Callable[..., None]] = {}
    for mark in "xyz":

        @db.hooks.before_create
        def append(_: Session, instance: Any, mark: str = mark) -> None:
            instance.name += mark

        marks[mark] = append
    with db.session_scope(commit=True) as session:
        factory.create_instance(session, TUBE, "f")
        session.add(tube(session, "o"))
    assert names(db) == ["fxyz", "oxyz"]
