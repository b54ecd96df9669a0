"""What names instances: objects whose attributes are expired, and what names none."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from runtime_worlds import TUBE
from tapdb_ctl import descendants
from tapdb_ctl.errors import InvalidInputError, NotFoundError
from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.models.instance import container_instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tapdb_ctl import InstanceFactory, TAPDBConnection

    Call = Callable[[InstanceFactory, Session, list[generic_instance]], object]

CALLS: dict[str, Call] = {
    "link": lambda factory, session, tubes: factory.link_many(session, pairwise(tubes)),
    "update": lambda factory, session, tubes: factory.update_many(session, {tube: {"bstatus": "x"} for tube in tubes}),
    "delete": lambda factory, session, tubes: factory.soft_delete_many(session, tubes),
    "walk": lambda _, session, tubes: list(descendants(session, tubes[0])),
}


def read(session: Session, factory: InstanceFactory, count: int) -> list[generic_instance]:
    factory.create_instances(session, TUBE, [{"name": f"T{i}"} for i in range(count)])
    return list(session.scalars(select(generic_instance).order_by(generic_instance.uuid)))


@pytest.mark.parametrize("call", CALLS)
def test_statements_do_not_grow_with_expired_objects(db: TAPDBConnection, factory: InstanceFactory, call: str) -> None:
    with db.session_scope(commit=True) as session:
        tubes = read(session, factory, 50)
        session.commit()
        session.expire_all()
        said: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
        assert CALLS[call](factory, session, tubes) is not None
        assert len(said) <= 10, said


@pytest.mark.parametrize("call", CALLS)
def test_detached_objects_name_instances(db: TAPDBConnection, factory: InstanceFactory, call: str) -> None:
    with db.session_scope(commit=True) as session:
        tubes = read(session, factory, 3)
        session.flush()
        session.expire_all()
        session.expunge_all()
        assert CALLS[call](factory, session, tubes) is not None


@pytest.mark.parametrize("wrong", [None, True, 1.5, ["CX-19"], b"CX-19", container_instance(name="new")], ids=repr)
def test_what_names_no_instance_is_told(db: TAPDBConnection, factory: InstanceFactory, wrong: Any) -> None:
    with db.session_scope() as session:
        (tube,) = read(session, factory, 1)
        for call in (
            lambda: factory.link_many(session, [(tube, wrong)]),
            lambda: factory.soft_delete_many(session, [wrong]),
            lambda: list(descendants(session, wrong)),
        ):
            with pytest.raises(InvalidInputError, match="RUN015"):
                call()


@pytest.mark.parametrize("wrong", ["CX-19", None, 4711, b"x", container_instance(name="new")], ids=repr)
def test_several_are_wanted(db: TAPDBConnection, factory: InstanceFactory, wrong: Any) -> None:
    with db.session_scope() as session:
        for call in (factory.soft_delete_many, factory.restore):
            with pytest.raises(InvalidInputError, match="RUN016"):
                call(session, wrong)


@pytest.mark.parametrize("wrong", ["CX-19", ("CX-19",), ("CX-19", "CX-27", None), ("CX-19", "CX-27", "\0"), 7, None])
def test_what_is_no_edge_is_told(db: TAPDBConnection, factory: InstanceFactory, wrong: Any) -> None:
    with db.session_scope() as session:
        read(session, factory, 2)
        with pytest.raises(InvalidInputError, match="RUN072"):
            factory.link_many(session, [("CX-19", "CX-27"), wrong])


@pytest.mark.parametrize("wrong", [[("CX-19", {"name": "x"})], "CX-19", None])
def test_changes_are_a_mapping(db: TAPDBConnection, factory: InstanceFactory, wrong: Any) -> None:
    with db.session_scope() as session, pytest.raises(InvalidInputError, match=r"RUN068.*is no mapping of instances"):
        factory.update_many(session, wrong)


def test_numbers_that_no_uuid_can_be_are_nobodys(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session:
        for call in (
            lambda: factory.soft_delete_many(session, [1 << 70]),
            lambda: list(descendants(session, 1 << 70)),
        ):
            with pytest.raises(NotFoundError, match="RUN002"):
                call()


def test_a_variable_of_changes_is_taken_by_the_type_checker(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session:
        changes: dict[str, dict[str, Any]] = {tube.euid: {"name": "new"} for tube in read(session, factory, 1)}
        assert factory.update_many(session, changes) == list(changes)


@pytest.mark.parametrize("field", ["name", "bstatus", "properties", "json_addl"])
def test_nothing_is_no_change(db: TAPDBConnection, factory: InstanceFactory, field: str) -> None:
    with db.session_scope() as session:
        (tube,) = read(session, factory, 1)
        with pytest.raises(InvalidInputError, match=f"RUN068.*{field} is None"):
            factory.update_instance(session, tube, {field: None})
