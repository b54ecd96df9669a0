"""What a hook raises ends the operation, on every way, and nothing of it stays."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import PendingRollbackError

from orm_rows import edge, tube
from runtime_worlds import BOX, TUBE
from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.models import generic_instance, generic_instance_lineage

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tapdb_ctl import InstanceFactory, TAPDBConnection
    from tapdb_ctl.runtime.hooks import Event, When


class Veto(Exception):  # noqa: N818 - it is no error
    pass


def veto(db: TAPDBConnection, when: When, event: Event, name: str | None = None) -> None:
    @db.hooks.on(when, event)
    def refuse(_: Session, subject: Any) -> None:
        if name in (None, subject.name):
            raise Veto


def create(session: Session, factory: InstanceFactory) -> None:
    factory.create_instance(session, BOX, "B")


def link(session: Session, factory: InstanceFactory) -> None:
    factory.link_instances(session, *session.scalars(select(generic_instance)))


def add(session: Session, _: InstanceFactory) -> None:
    one, two = session.scalars(select(generic_instance))
    session.add_all([tube(session, "c"), edge(one, two)])
    one.name = "changed"
    session.delete(two)
    session.flush()


def state(db: TAPDBConnection) -> tuple[list[tuple[str, bool]], int]:
    with db.session_scope() as session:
        found = session.scalars(select(generic_instance))
        return sorted((row.name, row.is_deleted) for row in found), session.scalars(
            select(func.count(generic_instance_lineage.uuid))
        ).one()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("way", "event", "name"),
    [
        (create, "create", "B"),
        (create, "create", "B-2"),
        (create, "link", None),
        (link, "link", None),
        (add, "create", None),
        (add, "update", None),
        (add, "delete", None),
        (add, "link", None),
    ],
)
def test_nothing_stays(
    db: TAPDBConnection,
    factory: InstanceFactory,
    way: Callable[[Session, InstanceFactory], None],
    when: When,
    event: Event,
    name: str | None,
) -> None:
    with db.session_scope(commit=True) as session:
        session.add_all([tube(session, "a"), tube(session, "b")])
    veto(db, when, event, name)
    with db.session_scope() as session:
        with pytest.raises(Veto):
            way(session, factory)
        session.expunge_all()
        with suppress(PendingRollbackError):
            session.commit()  # what an application should not do that goes on as if nothing had been
    assert state(db) == ([("a", False), ("b", False)], 0)


def test_a_commit_with_a_veto_after_commits_nothing(db: TAPDBConnection) -> None:
    veto(db, "after", "create")
    with db.get_session() as session:
        session.add(tube(session, "a"))
        with pytest.raises(Veto):
            session.commit()
        with pytest.raises(PendingRollbackError):
            session.commit()
        session.rollback()
        session.commit()
    with db.get_session() as session, pytest.raises(Veto), session.begin():
        session.add(tube(session, "a"))
    assert state(db) == ([], 0)


def test_a_savepoint_keeps_what_was_before_it(db: TAPDBConnection, factory: InstanceFactory) -> None:
    veto(db, "after", "create", "no")

    @db.hooks.after_create
    def nested(session: Session, instance: generic_instance) -> None:
        if instance.name == "outer":
            with pytest.raises(Veto), session.begin_nested():
                session.add(tube(session, "no"))

    with db.session_scope(commit=True) as session:
        factory.create_instance(session, TUBE, "yes")
        with pytest.raises(Veto), session.begin_nested():
            factory.create_instance(session, TUBE, "no")
        factory.create_instance(session, TUBE, "outer")
    assert state(db) == ([("outer", False), ("yes", False)], 0)


def test_a_hook_may_not_take_a_name_away(db: TAPDBConnection, factory: InstanceFactory) -> None:
    @db.hooks.before_create
    def take(_: Session, instance: Any) -> None:
        instance.name = None

    with db.session_scope() as session, pytest.raises(InvalidInputError, match="RUN090"):
        factory.create_instance(session, TUBE, "T")
