"""What is known of templates follows those that the ORM changes, and those that another process applies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from orm_rows import CUP, cup_template
from runtime_worlds import TUBE, build, connected
from tapdb_ctl.errors import NotFoundError
from tapdb_ctl.runtime.models import generic_template
from worlds import environment, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from pg_servers import Server
    from tapdb_ctl import InstanceFactory, TAPDBConnection
    from worlds import World


def cup(session: Session) -> generic_template:
    return session.scalars(select(generic_template).where(generic_template.type == "cup")).one()


def made(session: Session, factory: InstanceFactory, code: str = CUP) -> str:
    return factory.create_instance(session, code, "c").bstatus


def test_a_template_that_is_rolled_back_is_forgotten(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session:
        session.add(cup_template(json_addl={"default_status": "new"}))
        assert made(session, factory) == "new"
        with db.session_scope() as other, pytest.raises(NotFoundError):
            made(other, factory)
        session.rollback()
        with pytest.raises(NotFoundError):
            made(session, factory)


def test_a_template_that_is_committed_is_known_to_all(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        session.add(cup_template())
        assert made(session, factory) == "created"
    with db.session_scope(commit=True) as session:
        assert made(session, factory) == "created"
        cup(session).json_addl = {"default_status": "edited"}
        assert made(session, factory) == "edited"
        with db.session_scope() as other:
            assert made(other, factory) == "created"
    with db.session_scope(commit=True) as session:
        assert made(session, factory) == "edited"
        session.delete(cup(session))
        with pytest.raises(NotFoundError):
            made(session, factory)
    with db.session_scope() as session, pytest.raises(NotFoundError):
        made(session, factory)


def test_a_savepoint_takes_back_what_was_learned_in_it(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        session.add(cup_template())
        assert made(session, factory) == "created"
        with session.begin_nested() as savepoint:
            cup(session).json_addl = {"default_status": "edited"}
            assert made(session, factory) == "edited"
            savepoint.rollback()
        assert made(session, factory) == "created"
    with db.session_scope() as session:
        assert made(session, factory) == "created"


@pytest.fixture(scope="module")
def world(pg16: Server) -> Iterator[World]:
    yield build(pg16, "applied_elsewhere")
    pg16.run("DROP DATABASE applied_elsewhere WITH (FORCE)")


def test_an_apply_of_another_process_is_noticed(world: World, factory: InstanceFactory) -> None:
    """The next transaction sees it; one under way goes on as it began."""
    with connected(world.server, world.database) as db:
        with db.session_scope(isolation_level="REPEATABLE READ") as older:
            assert made(older, factory, TUBE) == "empty"
            filled = template(TUBE, json_addl={"default_status": "filled"})
            world.converge(environment(filled, prune=False))
            with db.session_scope() as session:
                assert made(session, factory, TUBE) == "filled"
            assert made(older, factory, TUBE) == "empty"
        with db.session_scope() as session:
            assert made(session, factory, TUBE) == "filled"
