"""Resources and what they need or mention, as a drawing shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.core.address import closure
from tapdb_ctl.core.schema import BASELINE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.change import Change

Needs = dict["Address", set["Address"]]


class Edge(NamedTuple):
    """From a resource to one that it needs, or, with a label that says how, to one that it mentions."""

    source: Address
    target: Address
    label: str = ""


class Graph(NamedTuple):
    """What is drawn, sorted; a node has a change where a plan is drawn."""

    name: str
    nodes: Mapping[Address, Change | None]
    edges: tuple[Edge, ...]


def graph(name: str, nodes: Mapping[Address, Change | None], edges: Iterable[Edge]) -> Graph:
    """The graph of these nodes, with the schema's objects drawn as one and without what other edges already say."""
    shown = {_whole(address): change for address, change in nodes.items() if _whole(address) == address}
    shown |= {_whole(address): None for address in nodes if _whole(address) not in shown}
    between = {edge._replace(target=_whole(edge.target)) for edge in edges if edge.source in shown}
    return _sorted(name, shown, _reduced(edge for edge in between if edge.target in shown))


def within(drawn: Graph, chosen: Collection[Address]) -> Graph:
    """The part of a graph that these nodes lead to, themselves included."""
    leads: dict[Address, tuple[Address, ...]] = {}
    for edge in drawn.edges:
        leads[edge.source] = (*leads.get(edge.source, ()), edge.target)
    return only(drawn, closure(chosen, leads))


def only(drawn: Graph, kept: Collection[Address]) -> Graph:
    """These nodes and the edges between them."""
    nodes = {address: change for address, change in drawn.nodes.items() if address in kept}
    return _sorted(drawn.name, nodes, (e for e in drawn.edges if e.source in nodes and e.target in nodes))


def _sorted(name: str, nodes: Mapping[Address, Change | None], edges: Iterable[Edge]) -> Graph:
    return Graph(name, dict(sorted(nodes.items())), tuple(sorted(edges)))


def _whole(address: Address) -> Address:
    """The node that stands for a resource: the schema's for each object in it."""
    return BASELINE if address.type == BASELINE.type else address


def _reduced(edges: Iterable[Edge]) -> list[Edge]:
    """Without needs that follow from other needs, as Terraform's graph is; what is mentioned stays."""
    given = list(edges)
    needs: Needs = {}
    for edge in given:
        if not edge.label:
            needs.setdefault(edge.source, set()).add(edge.target)
    known: Needs = {}
    return [edge for edge in given if edge.label or not _implied(edge, needs, known)]


def _implied(edge: Edge, needs: Needs, known: Needs) -> bool:
    return any(edge.target in _reach(other, needs, known) for other in needs[edge.source] - {edge.target})


def _reach(address: Address, needs: Needs, known: Needs) -> set[Address]:
    """Everything that an address needs, directly or not; needs have no cycles."""
    if address not in known:
        near = needs.get(address, set())
        known[address] = near.union(*(_reach(other, needs, known) for other in near))
    return known[address]
