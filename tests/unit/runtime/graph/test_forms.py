"""A graph in the forms that other programs take, whatever its names hold."""

import json
import re
import sys
from html import unescape

import pydot
import pytest

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.quoting import printable
from tapdb_ctl.runtime.graph import Edge, Graph, Node

pytestmark = pytest.mark.filterwarnings("ignore:.* deprecated:DeprecationWarning:pydot")  # its own affair

ODD = ['a"b', "a\\", 'a\\"', "a]b", "end", "#35;", "&quot;", "<b>", "`c`", "1. d", "\x1b[0m\n", "\u202e", "é%%{", ""]
NODES = tuple(Node(n, f"CX-{n}", name, "container_instance", "created", 0) for n, name in enumerate(ODD))
EDGES = (
    Edge(7, "CX-1", 0, 1, 'x|"y"\\'),
    Edge(8, "GN-8", 0, 1, "contains"),
    Edge(9, "GN-9", 1, 1, ""),
)
GRAPH = Graph(NODES, EDGES)

LABEL = r'"(?:[^"#&<>`\\\n]|#\d+;)*"'
"""Text that Mermaid takes as it stands, with entities for what it would act on."""


def unquoted(text: str) -> str:
    """A quoted ID as it is shown: in a label a backslash escapes the next character, and \\n ends a line."""
    assert re.fullmatch(r'"(?:[^"\\]|\\.)*"', text)
    return re.sub(r"\\(.)", lambda match: {"n": "\n"}.get(match[1], match[1]), text[1:-1])


def test_networkx() -> None:
    made = GRAPH.to_networkx()
    assert list(made.nodes(data="name")) == list(enumerate(ODD))
    assert [(*ends, key) for *ends, key in made.edges(keys=True)] == [(0, 1, "CX-1"), (0, 1, "GN-8"), (1, 1, "GN-9")]
    assert made.edges[0, 1, "GN-8"]["relationship"] == "contains"


def test_networkx_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "networkx", None)
    with pytest.raises(InvalidInputError, match="RUN026: networkx is not installed"):
        GRAPH.to_networkx()


def test_cytoscape() -> None:
    elements = json.loads(json.dumps(GRAPH.to_cytoscape()))
    ids = [node["data"]["id"] for node in elements["nodes"]]
    assert len({*ids, *(edge["data"]["id"] for edge in elements["edges"])}) == len(NODES) + len(EDGES)
    assert [node["data"]["label"] for node in elements["nodes"]] == ODD
    first = elements["edges"][0]["data"]
    assert (first["source"], first["target"], first["label"]) == (ids[0], ids[1], 'x|"y"\\')


def test_graphviz_reads_odd_names() -> None:
    (found,) = pydot.graph_from_dot_data(GRAPH.to_dot())
    nodes = [node for node in found.get_nodes() if node.get_name().startswith('"')]
    assert [unquoted(node.get_name()) for node in nodes] == [node.euid for node in NODES]
    labels = [unquoted(node.get_label()).partition("\n")[2] for node in nodes]
    assert labels == [printable(name) for name in ODD]
    assert [unquoted(edge.get_label()) for edge in found.get_edges()] == [edge.relationship for edge in EDGES]


def test_mermaid_reads_odd_names() -> None:
    first, *lines = GRAPH.to_mermaid().splitlines()
    assert first == "flowchart TD"
    nodes = [re.fullmatch(rf"  n\d+\[({LABEL})\]", line) for line in lines[: len(NODES)]]
    labels = [unescape(match[1][1:-1].replace("#", "&#")) for match in nodes if match]
    assert labels == [printable(f"{node.euid} {node.name}") for node in NODES]
    assert all(re.fullmatch(rf"  n\d+ -->(?:\|{LABEL}\|)? n\d+", line) for line in lines[len(NODES) :])
    assert lines[-1] == "  n1 --> n1"
