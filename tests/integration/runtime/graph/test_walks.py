"""Walks against NetworkX, over graphs with diamonds, cycles, loops, and deleted nodes and edges."""

from dataclasses import dataclass
from typing import Any

import networkx as nx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineages import Lineage
from tapdb_ctl.runtime.graph import ancestors, closure_counts, descendants, leaves, path, roots, subgraph

NODES = 7
KINDS = ("generic", "contains", "made from")
EXAMPLES = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
WALKS = {"down": descendants, "up": ancestors}

Edge = tuple[int, int, str, bool]


@dataclass(frozen=True)
class Case:
    """A graph, and one question about it."""

    edges: list[Edge]
    deleted: set[int]
    origin: int
    other: int
    relationship: str | list[str] | None
    depth: int | None

    def live(self) -> nx.MultiDiGraph:
        """What may be walked, as NetworkX has it."""
        kinds = [self.relationship] if isinstance(self.relationship, str) else self.relationship
        graph = nx.MultiDiGraph()
        graph.add_nodes_from(set(range(NODES)) - self.deleted)
        for parent, child, kind, dead in self.edges:
            if not dead and (kinds is None or kind in kinds) and {parent, child} <= set(graph):
                graph.add_edge(parent, child, kind)
        return graph

    def filters(self) -> dict[str, Any]:
        return {"relationship": self.relationship, "depth": self.depth}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    node = st.integers(0, NODES - 1)
    edge = st.tuples(node, node, st.sampled_from(KINDS), st.booleans().map(lambda kept: not kept))
    edges = draw(st.lists(edge, max_size=14, unique_by=lambda edge: edge[:3]))
    origin, other = draw(node), draw(node)
    deleted = draw(st.sets(node, max_size=2)) - {origin, other}
    relationship = draw(st.one_of(st.none(), st.sampled_from(KINDS), st.lists(st.sampled_from(KINDS), max_size=2)))
    return Case(edges, deleted, origin, other, relationship, draw(st.one_of(st.none(), st.integers(0, 4))))


def directed(graph: nx.MultiDiGraph, direction: str) -> Any:
    return {"down": graph, "up": graph.reverse(copy=False), "both": graph.to_undirected(as_view=True)}[direction]


def reached(case: Case, direction: str) -> list[tuple[int, int]]:
    """The nodes with their depths, nearest first."""
    lengths = nx.single_source_shortest_path_length(directed(case.live(), direction), case.origin, case.depth)
    return sorted(lengths.items(), key=lambda item: (item[1], item[0]))


@given(cases(), st.sampled_from(["down", "up"]), st.booleans())
@EXAMPLES
def test_what_is_reached(lineage: Lineage, case: Case, direction: str, include_origin: bool) -> None:
    expected = reached(case, direction)[0 if include_origin else 1 :]
    with lineage.undone():
        lineage.make(NODES, case.edges, case.deleted)
        origin = lineage.uuids[case.origin]
        walk = WALKS[direction](lineage.session, origin, include_origin=include_origin, **case.filters())
        rows = walk.rows()
        assert (
            list(zip(lineage.numbers(row.uuid for row in rows), (row.depth for row in rows), strict=True)) == expected
        )
        assert list(walk) == rows
        assert (
            [each.uuid for each in walk.instances()] == [each.uuid for each in walk.each(2)] == [r.uuid for r in rows]
        )
        assert walk.count() == len(rows)


@given(cases(), st.sampled_from(["down", "up", "both"]))
@EXAMPLES
def test_the_part_around(lineage: Lineage, case: Case, direction: str) -> None:
    nodes = dict(reached(case, direction))
    with lineage.undone():
        lineage.make(NODES, case.edges, case.deleted)
        found = subgraph(lineage.session, lineage.uuids[case.origin], direction, **case.filters())
        assert lineage.numbers(node.uuid for node in found.nodes) == list(nodes)
        numbered = [(*lineage.numbers(edge[2:4]), edge.relationship) for edge in found.edges]
        assert sorted(numbered) == sorted(case.live().subgraph(nodes).edges(keys=True))


@given(cases(), st.sampled_from(["down", "up", "both"]))
@EXAMPLES
def test_a_shortest_path(lineage: Lineage, case: Case, direction: str) -> None:
    graph = directed(case.live(), direction)
    length = dict(reached(case, direction)).get(case.other)
    with lineage.undone():
        lineage.make(NODES, case.edges, case.deleted)
        ends = lineage.uuids[case.origin], lineage.uuids[case.other]
        found = path(lineage.session, *ends, direction=direction, **case.filters())
        if found is None:
            assert length is None
            return
        passed = lineage.numbers(node.uuid for node in found.nodes)
        assert (passed[0], passed[-1], len(found.edges)) == (case.origin, case.other, length)
        assert [node.depth for node in found.nodes] == list(range(len(passed)))
        for edge, here, there in zip(found.edges, passed, passed[1:], strict=False):
            assert graph.has_edge(here, there, edge.relationship)
            assert set(lineage.numbers(edge[2:4])) == {here, there}


@given(cases())
@EXAMPLES
def test_where_it_begins_and_ends(lineage: Lineage, case: Case) -> None:
    graph = case.live()
    starts = {node for node, degree in graph.in_degree() if not degree}
    ends = {node for node, degree in graph.out_degree() if not degree}
    below, above = {case.origin, *nx.descendants(graph, case.origin)}, {case.origin, *nx.ancestors(graph, case.origin)}
    with lineage.undone():
        lineage.make(NODES, case.edges, case.deleted)
        origin = lineage.uuids[case.origin]

        def found(ask: Any, *of: int) -> set[int]:
            return set(lineage.numbers(n.uuid for n in ask(lineage.session, *of, relationship=case.relationship)))

        assert (found(roots), found(leaves)) == (starts, ends)
        assert (found(roots, origin), found(leaves, origin)) == (starts & above, ends & below)


@given(cases(), st.sampled_from(["down", "up", "both"]))
@EXAMPLES
def test_how_much_hangs_on_each(lineage: Lineage, case: Case, direction: str) -> None:
    graph = directed(case.live(), direction)
    sizes = {node: len(nx.single_source_shortest_path_length(graph, node, case.depth)) - 1 for node in graph}
    with lineage.undone():
        lineage.make(NODES, case.edges, case.deleted)
        everywhere = list(closure_counts(lineage.session, direction=direction, **case.filters()))
        assert (
            dict(zip(lineage.numbers(each.uuid for each in everywhere), (c.size for c in everywhere), strict=True))
            == sizes
        )
        assert [each.size for each in everywhere] == sorted(sizes.values(), reverse=True)
        chosen = [lineage.uuids[case.origin], lineage.uuids[case.other]]
        some = closure_counts(lineage.session, chosen, direction=direction, **case.filters())
        assert {each.uuid: each for each in some} == {each.uuid: each for each in everywhere if each.uuid in chosen}
