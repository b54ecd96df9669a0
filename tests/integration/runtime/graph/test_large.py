"""Walks over graphs that would be expensive to walk badly."""

from itertools import pairwise, product

import pytest
from sqlalchemy import URL, create_engine, event, text

from lineages import Lineage
from tapdb_ctl import TAPDBConnection
from tapdb_ctl.errors import InvalidInputError, NotFoundError
from tapdb_ctl.runtime.graph import ancestors, closure_counts, descendants, leaves, path, roots, subgraph
from tapdb_ctl.runtime.graph import statements as walking
from tapdb_ctl.runtime.graph import walk as walks
from tapdb_ctl.runtime.graph.scope import scope
from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.session import TapdbSession

DIAMOND = [(i, j) for layer in range(0, 32, 2) for i in (layer, layer + 1) for j in (layer + 2, layer + 3)]
"""34 nodes in pairs, each pair leading to both of the next: 65,536 ways from the top to each node of the bottom."""


def test_a_tower_of_diamonds_is_walked_once(lineage: Lineage) -> None:
    lineage.make(34, DIAMOND)
    top, bottom = lineage.uuids[0], lineage.uuids[-1]
    assert [node.depth for node in descendants(lineage.session, top)] == [1 + i // 2 for i in range(32)]
    assert ancestors(lineage.session, bottom).count() == 32
    found = path(lineage.session, top, bottom)
    assert found is not None
    assert [node.depth for node in found.nodes] == list(range(17))
    assert max(each.size for each in closure_counts(lineage.session, lineage.uuids)) == 32


def test_far_shortcuts_count(lineage: Lineage) -> None:
    """A node is as near as its shortest way, however many longer ones reach it."""
    lineage.make(60, [*pairwise(range(60)), *((i, i + 2) for i in range(58)), (0, 59)])
    depths = {node.uuid: node.depth for node in descendants(lineage.session, lineage.uuids[0])}
    assert depths[lineage.uuids[59]] == 1
    assert depths[lineage.uuids[57]] == 29
    assert descendants(lineage.session, lineage.uuids[0], depth=1).count() == 3


def test_a_ring_of_another_time_ends(lineage: Lineage) -> None:
    lineage.make(3, [(0, 1), (1, 2), (2, 0), (1, 1)])
    assert [n.depth for n in descendants(lineage.session, lineage.uuids[0], include_origin=True)] == [0, 1, 2]
    assert leaves(lineage.session, lineage.uuids[0]).rows() == roots(lineage.session, lineage.uuids[0]).rows() == []


def test_what_was_not_flushed_is_walked(lineage: Lineage) -> None:
    lineage.make(1)
    known = lineage.session.get_one(generic_instance, lineage.uuids[0])
    columns = ("polymorphic_discriminator", "category", "type", "subtype", "version", "bstatus", "template_uuid")
    fresh = generic_instance(name="fresh", **{name: getattr(known, name) for name in columns})
    lineage.session.add(fresh)
    assert [node.name for node in descendants(lineage.session, fresh, include_origin=True)] == ["fresh"]


def test_who_is_not_there(lineage: Lineage) -> None:
    lineage.make(2, deleted=[1])
    gone = lineage.uuids[1]
    euid = lineage.session.scalar(text("SELECT euid FROM generic_instance WHERE uuid = :uuid"), {"uuid": gone})
    session = lineage.session
    for ask in (
        descendants(session, euid).rows,
        descendants(session, gone, include_origin=True).count,
        ancestors(session, gone).instances,
        lambda: list(descendants(session, gone)),
        lambda: list(leaves(session, gone).each()),
        lambda: subgraph(session, lineage.uuids),
        lambda: path(session, lineage.uuids[0], gone),
        lambda: closure_counts(session, lineage.uuids),
        lambda: descendants(session, 10**12).rows(),
    ):
        with pytest.raises(NotFoundError, match="RUN023: no live instance is this"):
            ask()
    with pytest.raises(NotFoundError, match=euid):
        descendants(session, euid).rows()
    assert path(session, lineage.uuids[0], lineage.uuids[0]) is not None


def test_what_cannot_be_meant(lineage: Lineage) -> None:
    for ask, code in (
        (lambda: descendants(lineage.session, 1, depth=-1), "RUN022"),
        (lambda: subgraph(lineage.session, 1, "sideways"), "RUN021"),
        (lambda: descendants(lineage.session, "no EUID").rows(), "RUN001"),
    ):
        with pytest.raises(InvalidInputError, match=code):
            ask()


def test_one_statement_and_the_indexes_of_edges(lineage: Lineage) -> None:
    lineage.make(300, pairwise(range(300)))
    lineage.session.execute(text("ANALYZE generic_instance, generic_instance_lineage"))
    lineage.session.execute(text("SET LOCAL enable_seqscan = off"))
    index = {"down": "parent", "up": "child"}
    for asked, direction in product(("rows", "swift"), index):
        wanted = scope(direction, None, None, None)
        statement = walking.walk(asked, wanted).text
        plan = lineage.session.scalars(text("EXPLAIN " + statement), wanted.parameters(lineage.uuids[:1])).all()
        assert any(f"Index Only Scan using idx_generic_instance_lineage_{index[direction]}" in line for line in plan), (
            plan
        )
    seen: list[str] = []
    engine = lineage.session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    for count, ask in enumerate(
        (
            descendants(lineage.session, lineage.uuids[0]).rows,
            descendants(lineage.session, lineage.uuids[0]).instances,
            lambda: subgraph(lineage.session, lineage.uuids[0]),
            lambda: path(lineage.session, lineage.uuids[0], lineage.uuids[-1]),
        ),
        start=1,
    ):
        ask()
        assert len(seen) == count


def test_nodes_come_by_and_by(lineage: Lineage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cursor of the server is open while they do, and a second walk may run beside it."""
    monkeypatch.setattr(walks, "BATCH", 10)
    lineage.make(30, ((0, i) for i in range(1, 30)))
    walk = descendants(lineage.session, lineage.uuids[0])
    nodes = iter(walk)
    first = next(nodes)
    assert lineage.session.scalar(text("SELECT count(*) FROM pg_cursors")) == 1
    assert [first, *nodes] == walk.rows()
    assert lineage.session.scalar(text("SELECT count(*) FROM pg_cursors")) == 0


def test_psycopg_3_too(db: TAPDBConnection) -> None:
    parts = db.engine.url
    url = URL.create("postgresql+psycopg", parts.username, parts.password, parts.host, parts.port, parts.database)
    engine = create_engine(url)
    with TapdbSession(engine) as session:
        lineage = Lineage(session)
        lineage.make(34, DIAMOND)
        session.execute(text("UPDATE generic_instance SET name = 'new'"))
        then = session.execute(text("SELECT clock_timestamp()")).scalar_one()
        top, bottom = lineage.uuids[0], lineage.uuids[-1]
        for _ in range(7):  # the sixth of the same is prepared
            walk = descendants(session, top, relationship=["generic"], depth=20)
            assert list(walk) == walk.rows() == descendants(session, top, as_of=then).rows()
            assert len(walk.instances()) == len(list(walk.each(5))) == 32
        assert path(session, top, bottom) == path(session, top, bottom, as_of=then)
        assert subgraph(session, top, "both") == subgraph(session, top, "both", as_of=then)
        assert len(list(closure_counts(session))) == len(list(closure_counts(session, as_of=then))) == 34
    engine.dispose()
