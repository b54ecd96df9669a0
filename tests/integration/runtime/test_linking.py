"""Edges between instances: who may be linked, and what of it is seen."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from runtime_worlds import PLATE, QUEUE, RACK, SAMPLE, TUBE, WELL
from tapdb_ctl.errors import InvalidInputError, NotFoundError
from tapdb_ctl.runtime.models import generic_instance, generic_instance_lineage

if TYPE_CHECKING:
    from tapdb_ctl import InstanceFactory, TAPDBConnection


@pytest.fixture
def tubes(db: TAPDBConnection, factory: InstanceFactory) -> list[str]:
    """The EUIDs of three."""
    with db.session_scope(commit=True) as session:
        return [factory.create_instance(session, TUBE, f"T{number}").euid for number in range(3)]


def test_an_edge_is_as_the_database_has_it(db: TAPDBConnection, factory: InstanceFactory, tubes: list[str]) -> None:
    with db.session_scope(commit=True) as session:
        edge = factory.link_instances(session, tubes[0], tubes[1], "derived_from")
        assert edge.name == f"{tubes[0]}->{tubes[1]}"
        assert (edge.parent_instance.euid, edge.child_instance.euid) == (tubes[0], tubes[1])
        seen = {column.key: getattr(edge, column.key) for column in edge.__mapper__.columns}
        session.expire_all()
        assert seen == {key: getattr(edge, key) for key in seen}
        assert (edge.subtype, edge.version, edge.bstatus) == ("instance_lineage", "1.0.0", "active")


def test_an_instance_is_as_the_database_has_it(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        made = factory.create_instance(session, TUBE, "Tübe \N{SNOWMAN}", {"n": 1, "f": 1.5, "x": None, "é": [True]})
        seen = {column.key: getattr(made, column.key) for column in made.__mapper__.columns}
        assert not session.dirty
        session.expire_all()
        assert seen == {key: getattr(made, key) for key in seen}


def test_what_no_template_expects_is_refused(db: TAPDBConnection, factory: InstanceFactory, tubes: list[str]) -> None:
    with db.session_scope(commit=True) as session:
        queue = factory.create_instance(session, QUEUE, "Q")
        sample = factory.create_instance(session, SAMPLE, "S")
        plate = factory.create_instance(session, PLATE, "P", create_children=False)
        factory.link_instances(session, tubes[0], queue)
        factory.link_instances(session, sample, queue)
        with pytest.raises(InvalidInputError, match=r"RUN013.*content/sample/dna/\*.*not container/plate/x/1.0"):
            factory.link_instances(session, plate, queue)
        assert queue.child_of_lineages.count() == 2


def test_what_a_layout_brings_along_may_be_added_by_hand(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session:
        rack = factory.create_instance(session, RACK, "R")
        factory.link_instances(session, rack, factory.create_instance(session, WELL, "another"), "contains")
        factory.link_instances(session, rack, factory.create_instance(session, SAMPLE, "output"))
        with pytest.raises(InvalidInputError, match="RUN013"):
            factory.link_instances(session, rack, factory.create_instance(session, TUBE, "neither"))


@pytest.mark.parametrize("by", ["object", "euid", "uuid"])
def test_deleted_instances_are_not_linked(
    db: TAPDBConnection, factory: InstanceFactory, tubes: list[str], by: str
) -> None:
    with db.session_scope(commit=True) as session:
        factory.soft_delete_many(session, tubes[:1])
    with db.session_scope() as session:
        gone = session.query(generic_instance).filter_by(euid=tubes[0]).one()
        ref = {"object": gone, "euid": gone.euid, "uuid": gone.uuid}[by]
        with pytest.raises(InvalidInputError, match=f"RUN018.*{tubes[0]}"):
            factory.link_instances(session, tubes[1], ref)
        with pytest.raises(InvalidInputError, match="RUN018"):
            factory.link_many(session, [(ref, tubes[1])])


def test_an_object_of_another_session_is_not_believed(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        one, other = (factory.create_instance(session, TUBE, name) for name in "ab")
    with db.session_scope(commit=True) as session:
        factory.soft_delete_many(session, [one.euid])
    with db.session_scope() as session, pytest.raises(InvalidInputError, match="RUN018"):
        factory.link_instances(session, one, other)


@pytest.mark.parametrize("kind", ["", None, "a\0", "\ud800", 5])
def test_what_no_edge_is_called_is_refused(
    db: TAPDBConnection, factory: InstanceFactory, tubes: list[str], kind: Any
) -> None:
    with db.session_scope() as session:
        with pytest.raises(InvalidInputError, match="RUN072"):
            factory.link_instances(session, tubes[0], tubes[1], kind)
        factory.link_instances(session, tubes[0], tubes[1])


def test_those_who_are_not_there_are_all_named(db: TAPDBConnection, factory: InstanceFactory, tubes: list[str]) -> None:
    with db.session_scope() as session:
        with pytest.raises(NotFoundError, match="4711"):
            factory.link_instances(session, tubes[0], 4711)
        with pytest.raises(NotFoundError, match="CX-Z8A"):
            factory.link_instances(session, "CX-Z8A", tubes[0])
        with pytest.raises(InvalidInputError, match="RUN001"):
            factory.link_instances(session, tubes[0], "CX-Z8B")


@pytest.mark.parametrize("ends", [(0, 0), (0, 1)])
def test_links_to_itself_and_twice_are_refused(
    db: TAPDBConnection, factory: InstanceFactory, tubes: list[str], ends: tuple[int, int]
) -> None:
    with db.session_scope() as session:
        factory.link_instances(session, tubes[0], tubes[1])
        with pytest.raises(IntegrityError):
            factory.link_instances(session, *(tubes[end] for end in ends))


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_two_who_would_close_a_cycle_together_never_both_commit(
    db: TAPDBConnection, factory: InstanceFactory, tubes: list[str], isolation: str
) -> None:
    start, committed = Barrier(2), list[str]()

    def link(parent: str, child: str) -> None:
        with db.get_session() as session:
            session.connection(execution_options={"isolation_level": isolation})
            try:
                factory.link_instances(session, parent, child)
                start.wait(5)
                session.commit()
                committed.append(parent)
            except DBAPIError:
                session.rollback()

    threads = [Thread(target=link, args=ends) for ends in ((tubes[0], tubes[1]), (tubes[1], tubes[0]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(committed) <= 1
    with db.session_scope() as session:
        assert session.query(generic_instance_lineage).filter_by(is_deleted=False).count() == len(committed)


def test_deleted_edges_and_instances_are_no_longer_walked(
    db: TAPDBConnection, factory: InstanceFactory, tubes: list[str]
) -> None:
    with db.session_scope(commit=True) as session:
        edge = factory.link_instances(session, tubes[0], tubes[1])
        other = factory.link_instances(session, tubes[0], tubes[2])
        assert children(edge.parent_instance) == tubes[1:]
        session.delete(other)
        session.flush()
        assert children(edge.parent_instance) == [tubes[1]]
        session.delete(edge.child_instance)
        session.flush()
        assert children(edge.parent_instance) == []


def children(parent: generic_instance) -> list[str]:
    return [edge.child_instance.euid for edge in parent.get_sorted_parent_of_lineages()]
