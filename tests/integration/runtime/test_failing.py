"""A refusal in the middle of a transaction is never followed by a commit that looks like success."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, PendingRollbackError

from runtime_worlds import TUBE
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tapdb_ctl import InstanceFactory, TAPDBConnection


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
