"""link_many and create_tree: edges of many instances at once."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from runtime_worlds import BOX, PLATE, QUEUE, SAMPLE, STRICT, TUBE
from tapdb_ctl.errors import InvalidInputError, NotFoundError
from tapdb_ctl.runtime.models import generic_instance, generic_instance_lineage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tapdb_ctl import InstanceFactory, TAPDBConnection


def tubes(session: Session, factory: InstanceFactory, count: int) -> list[str]:
    return factory.create_instances(session, TUBE, [{"name": f"T{i}"} for i in range(count)])


def edges(session: Session) -> list[tuple[str, str]]:
    query = select(generic_instance_lineage).order_by(generic_instance_lineage.uuid)
    return [(edge.name, edge.relationship_type) for edge in session.scalars(query)]


def test_edges_come_in_order_by_whatever_names_their_ends(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        a, b, c = tubes(session, factory, 3)
        found = session.scalars(select(generic_instance).where(generic_instance.euid == b)).one()
        made = factory.link_many(session, iter([(a, found), (found.uuid, c, "holds")]), "feeds")
        rows = {edge.euid: edge.name for edge in session.scalars(select(generic_instance_lineage))}
        assert [rows[euid] for euid in made] == [f"{a}->{b}", f"{b}->{c}"]
        assert [kind for _, kind in edges(session)] == ["feeds", "holds"]


def test_a_thousand_edges_take_a_few_statements(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        euids = tubes(session, factory, 1001)
        statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
        factory.link_many(session, pairwise(euids))
    assert len(statements) <= 5
    with db.session_scope() as session:
        assert len(edges(session)) == 1000


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (("CX-19", "nonsense"), InvalidInputError),
        (("CX-19", "nul\0"), InvalidInputError),
        (("CX-19", "CX-18"), InvalidInputError),
        (("CX-19", "CX-Z8A"), NotFoundError),
        (("CX-19", 4711), NotFoundError),
        (("CX-27", "CX-19"), IntegrityError),
        (("CX-19", "CX-19"), IntegrityError),
    ],
)
def test_one_wrong_edge_leaves_none(
    db: TAPDBConnection, factory: InstanceFactory, wrong: Any, error: type[Exception]
) -> None:
    with db.session_scope(commit=True) as session:
        assert tubes(session, factory, 2) == ["CX-19", "CX-27"]
        with pytest.raises(error):
            factory.link_many(session, [("CX-19", "CX-27"), wrong])
        assert edges(session) == []


def test_templates_expect_what_they_declare(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session:
        (queue,) = factory.create_instances(session, QUEUE, [{"name": "Q"}])
        (tube,) = tubes(session, factory, 1)
        (box,) = factory.create_instances(session, BOX, [{"name": "B"}], create_children=False)
        factory.link_many(session, [(tube, queue)])
        with pytest.raises(InvalidInputError, match=f"RUN013.*{box}"):
            factory.link_many(session, [(tube, queue, "other"), (box, queue)])


TREE: dict[str, Any] = {
    "template": BOX,
    "name": "B",
    "children": [
        {"template": TUBE, "name": "T", "properties": {"volume": 2}, "children": [{"template": SAMPLE, "name": "S"}]},
        {"template": STRICT, "name": "X", "relationship": "holds", "properties": {"barcode": "BC1"}},
    ],
}


def test_a_tree_takes_two_statements_and_a_savepoint(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        for code in (BOX, TUBE, SAMPLE, STRICT):
            factory.template_manager.blueprint(session, code)
        statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
        grown = factory.create_tree(session, TREE)
        assert len(statements) == 4
        tube, strict = grown.children
        assert [grown.name, tube.name, strict.name, tube.children[0].name] == ["B", "T", "X", "S"]
        assert edges(session) == [
            (f"{grown.euid}->{tube.euid}", "contains"),
            (f"{tube.euid}->{tube.children[0].euid}", "contains"),
            (f"{grown.euid}->{strict.euid}", "holds"),
        ]


def test_layouts_of_a_tree_are_followed_when_asked(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session:
        grown = factory.create_tree(session, TREE, create_children=True)
    assert [child.name for child in grown.children] == ["T", "X", "B-1", "B-2", "B_x_1"]


def test_a_deep_tree_is_no_trouble(db: TAPDBConnection, factory: InstanceFactory) -> None:
    tree: dict[str, Any] = {"template": TUBE, "name": "leaf"}
    for number in range(2000):
        tree = {"template": TUBE, "name": f"T{number}", "children": [tree]}
    with db.session_scope() as session:
        factory.create_tree(session, tree)
        assert session.scalar(select(func.count()).select_from(generic_instance_lineage)) == 2000


def test_all_that_is_wrong_in_a_tree_is_told_with_its_place(db: TAPDBConnection, factory: InstanceFactory) -> None:
    tree = {
        "template": PLATE,
        "name": "P",
        "children": [
            {"template": STRICT, "name": "X"},
            {"template": "a/b/c/1", "name": "Y"},
            {"name": "Z"},
            "text",
            {"template": TUBE, "children": []},
            {"template": QUEUE, "name": "Q"},
            {"template": TUBE, "name": "T", "kids": []},
            {"template": TUBE, "name": "T", "children": 7},
        ],
    }
    with db.session_scope() as session:
        with pytest.raises(InvalidInputError) as caught:
            factory.create_tree(session, tree)
        assert session.scalars(select(generic_instance)).all() == []
    places = {finding.detail.split(":")[0]: finding.code for finding in caught.value.findings}
    assert places == {
        "tree.children[0]": "RUN011",
        "tree.children[1]": "RUN005",
        "tree.children[2]": "RUN067",
        "tree.children[3]": "RUN067",
        "tree.children[4]": "RUN060",
        "tree.children[5]": "RUN013",
        "tree.children[6]": "RUN067",
        "tree.children[7]": "RUN067",
    }
