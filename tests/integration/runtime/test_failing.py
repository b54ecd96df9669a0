"""A refusal in the middle of a transaction is never followed by a commit that looks like success."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, PendingRollbackError

from runtime_worlds import TUBE
from tapdb_ctl import TAPDBConnection
from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.session import writing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tapdb_ctl import InstanceFactory


def fail(session: Session, factory: InstanceFactory, euid: str) -> None:
    """Swallow a refusal, as applications do."""
    with pytest.raises(IntegrityError):
        factory.link_instances(session, euid, euid)


def names(db: TAPDBConnection) -> list[str]:
    with db.session_scope() as session:
        return list(session.scalars(select(generic_instance.name).order_by(generic_instance.uuid)))


def test_a_commit_after_a_swallowed_refusal_raises(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with pytest.raises(PendingRollbackError, match="begin_nested"), db.session_scope(commit=True) as session:
        fail(session, factory, factory.create_instance(session, TUBE, "lost").euid)
    with db.get_session() as session:
        fail(session, factory, factory.create_instance(session, TUBE, "lost").euid)
        with pytest.raises(PendingRollbackError):
            session.commit()
        session.rollback()
        factory.create_instance(session, TUBE, "kept")
        session.commit()
    assert names(db) == ["kept"]


def test_what_fails_in_a_savepoint_does_not_matter(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        euid = factory.create_instance(session, TUBE, "kept").euid
        with pytest.raises(IntegrityError), session.begin_nested():
            factory.link_instances(session, euid, euid)
        factory.create_instance(session, TUBE, "kept too")
    assert names(db) == ["kept", "kept too"]


def test_the_next_to_take_the_connection_is_not_blamed(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with pytest.raises(DBAPIError), db.session_scope(commit=True) as session:
        session.execute(text("SELECT 1/0"))
    with db.session_scope(commit=True) as session:
        factory.create_instance(session, TUBE, "kept")
    assert names(db) == ["kept"]


def test_objects_are_looked_at_after_their_session(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        tube = factory.create_instance(session, TUBE, "T")
    assert tube.euid in repr(tube)
    assert tube.json_addl["properties"]["volume"] == 1
    with db.session_scope() as session:
        read = session.get_one(generic_instance, tube.uuid)
        session.expire(read)
    assert repr(read) == "<container_instance(euid=None, name=None)>"


@pytest.mark.parametrize("savepoint", [True, False])
def test_what_is_rolled_back_is_no_longer_the_sessions(
    db: TAPDBConnection, factory: InstanceFactory, *, savepoint: bool
) -> None:
    with db.get_session() as session:
        begun = session.begin_nested() if savepoint else session.begin()
        tube = factory.create_instance(session, TUBE, "ghost")
        edge = factory.link_instances(session, factory.create_instance(session, TUBE, "above"), tube)
        uuid = tube.uuid
        begun.rollback()
        assert tube not in session
        assert edge not in session
        assert session.get(generic_instance, uuid) is None


def test_a_released_savepoint_is_rolled_back_with_the_rest(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.get_session() as session:
        with session.begin_nested():
            tube = factory.create_instance(session, TUBE, "ghost")
        assert tube in session
        session.rollback()
        assert tube not in session


def test_a_commit_that_fails_does_not_harm_the_next(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        session.execute(text("CREATE TABLE picky (x int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)"))
    for _ in range(2):
        with pytest.raises(IntegrityError), db.session_scope(commit=True) as session:
            session.execute(text("INSERT INTO picky VALUES (1), (1)"))
        with db.session_scope(commit=True) as session:
            factory.create_instance(session, TUBE, "kept")
    assert names(db) == ["kept", "kept"]


def test_nobody_goes_on_after_a_hook_that_raised_too_late(db: TAPDBConnection, factory: InstanceFactory) -> None:
    @db.hooks.after_create
    def refuse(_: Session, instance: generic_instance) -> None:
        if instance.name == "X":
            raise ValueError("X is not allowed")

    def work(session: Session) -> None:
        factory.create_instance(session, TUBE, "Y")
        with pytest.raises(ValueError, match="not allowed"):
            factory.create_instance(session, TUBE, "X")
        factory.create_instance(session, TUBE, "Z")

    with pytest.raises(PendingRollbackError, match="rollback"):
        db.run(work)
    with pytest.raises(PendingRollbackError), db.session_scope(commit=True) as session:
        work(session)
    with db.get_session() as session:
        with pytest.raises(ValueError, match="not allowed"):
            factory.create_instance(session, TUBE, "X")
        with pytest.raises(PendingRollbackError):
            session.begin_nested()
        session.rollback()
        for end in (session.rollback, session.close, session.reset):
            with pytest.raises(ValueError, match="not allowed"):
                factory.create_instance(session, TUBE, "X")
            end()
            session.execute(text("SELECT 1"))
    assert names(db) == []
    with db.session_scope(commit=True) as session:
        factory.create_instance(session, TUBE, "Y")
        with pytest.raises(ValueError, match="not allowed"), session.begin_nested():
            factory.create_instance(session, TUBE, "X")
        factory.create_instance(session, TUBE, "Z")
    assert names(db) == ["Y", "Z"]


def test_what_fails_on_the_replica_is_nobodys_loss(db: TAPDBConnection, factory: InstanceFactory) -> None:
    url = db.engine.url.render_as_string(hide_password=False)
    with TAPDBConnection(url, reader=url, app_username="tester") as replicated:
        for number in range(8):  # in which order a session commits its connections is left to chance
            with replicated.session_scope(commit=True, reader=True) as session:
                with pytest.raises(DBAPIError):
                    session.execute(text("SELECT 1/0"))
                writing(session)
                factory.create_instance(session, TUBE, f"T{number}")
    assert len(names(db)) == 8
