"""Instances from templates: typed, with children, in few statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from runtime_worlds import BOX, PLATE, TUBE
from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.models.instance import container_instance, generic_instance

if TYPE_CHECKING:
    from tapdb_ctl import InstanceFactory, TAPDBConnection


def counted(db: TAPDBConnection) -> list[str]:
    said: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    return said


def test_it_is_of_its_typed_class_at_once(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        tube = factory.create_instance(session, TUBE + "/", "T1", {"maker": {"name": "other"}})
        assert type(tube) is container_instance
        assert tube.euid == "CX-1" + tube.euid[-1]
        assert tube.json_addl["properties"] == {"volume": 1, "maker": {"name": "other", "country": "CH"}}
        assert tube.bstatus == "empty"
    with db.session_scope() as session:
        assert session.scalars(select(generic_instance)).one().json_addl["properties"]["volume"] == 1


def test_a_plate_takes_five_statements(db: TAPDBConnection, factory: InstanceFactory) -> None:
    said = counted(db)
    with db.session_scope(commit=True) as session:
        plate = factory.create_instance(session, PLATE, "P1")
        assert len(said) <= 5, said
        wells = [edge.child_instance.name for edge in plate.get_sorted_parent_of_lineages()]
    assert len(wells) == 96
    assert "W96" in wells


def test_layouts_name_children_and_edges(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        box = factory.create_instance(session, BOX, "B")
        edges = {(edge.relationship_type, edge.child_instance.name) for edge in box.parent_of_lineages}
    assert edges == {("holds", "B-1"), ("holds", "B-2"), ("contains", "B_x_1")}


@pytest.mark.parametrize(
    ("code", "name", "properties", "problem"),
    [
        (TUBE, None, None, "name is missing"),
        (TUBE, 5, None, "name is not a text"),
        (TUBE, "a\0b", None, "name holds characters"),
        (TUBE, "T", [1], "properties is no mapping"),
        (None, "T", None, "RUN003"),
        ("container/tube", "T", None, "RUN003"),
    ],
)
def test_what_no_instance_is_made_of_is_told(
    db: TAPDBConnection, factory: InstanceFactory, code: Any, name: Any, properties: Any, problem: str
) -> None:
    with db.session_scope() as session, pytest.raises(InvalidInputError, match=problem):
        factory.create_instance(session, code, name, properties)
