"""Graphs as Graphviz and Mermaid read them."""

import re
from html import unescape

import pydot
import pytest

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import Adopt, Change, Create, Delete, Replace, Update
from tapdb_ctl.core.graph import Edge, Graph, graph, only, within
from tapdb_ctl.core.resource import Resource
from tapdb_ctl.quoting import printable
from tapdb_ctl.views import dot, mermaid

pytestmark = pytest.mark.filterwarnings("ignore:.* deprecated:DeprecationWarning:pydot")  # its own affair

DATABASE, BASELINE, PREFIX = Address("database", "d"), Address("schema", "baseline"), Address("prefix", "CX")
PLATE, WELL = Address("template", "c/plate/s/1.0"), Address("template", "c/well/s/1.0")
INDEX = Address("schema", "index/i")
NODES = dict.fromkeys([WELL, PLATE, PREFIX, INDEX, BASELINE, DATABASE])
NEEDS = [
    Edge(PLATE, PREFIX),
    Edge(PLATE, BASELINE),
    Edge(WELL, PREFIX),
    Edge(WELL, INDEX),
    Edge(PREFIX, BASELINE),
    Edge(BASELINE, DATABASE),
    Edge(INDEX, PLATE),
    Edge(PLATE, WELL, "contains ×24"),
]
ODD = [
    Address("template", name)
    for name in (
        'a"b',
        "a\\",
        'a\\"',
        "a]b",
        "end",
        "#35;",
        "&quot;",
        "<b>",
        "`c`",
        "1. d",
        "\x1b[0m\n",
        "\u202e",
        "é%%{",
    )
]
ODD_GRAPH = Graph('a "b\\', dict.fromkeys(ODD), (Edge(ODD[0], ODD[1], 'x|"y"\\'), Edge(ODD[2], ODD[3])))

LABEL = r'"(?:[^"#&<>`\\\n]|#\d+;)*"'
"""Text that Mermaid takes as it stands, with entities for what it would act on."""
LINES = (
    re.compile(rf"  (?P<node>n\d+)\[(?P<label>{LABEL})\](?::::\w+)?"),
    re.compile(rf"  n\d+ -->(?:\|{LABEL}\|)? n\d+"),
    re.compile(r"  classDef \w+ stroke:#[0-9a-f]{6}"),
)


def edges(drawn: Graph) -> set[tuple[str, str, str]]:
    return {(edge.source.name, edge.target.name, edge.label) for edge in drawn.edges}


def parsed(drawn: Graph) -> pydot.Dot:
    (found,) = pydot.graph_from_dot_data("\n".join(dot.lines(drawn)))
    return found


def unquoted(text: str) -> str:
    """A quoted ID as it is shown: in a label a backslash escapes the next character."""
    assert re.fullmatch(r'"(?:[^"\\]|\\.)*"', text)
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def test_the_schema_is_one_node_and_needs_that_follow_are_left_out() -> None:
    drawn = graph("dev", NODES, NEEDS)
    assert list(drawn.nodes) == sorted([DATABASE, BASELINE, PREFIX, PLATE, WELL])
    assert edges(drawn) == {
        ("baseline", "d", ""),
        ("CX", "baseline", ""),
        ("c/plate/s/1.0", "CX", ""),
        ("c/well/s/1.0", "CX", ""),
        ("c/plate/s/1.0", "c/well/s/1.0", "contains ×24"),
    }


def test_objects_without_their_schema_are_drawn_as_it() -> None:
    assert graph("dev", {INDEX: None, PLATE: None}, [Edge(PLATE, INDEX)]).edges == (Edge(PLATE, BASELINE),)


def test_a_part() -> None:
    drawn = graph("dev", NODES, NEEDS)
    assert list(within(drawn, [PREFIX]).nodes) == [DATABASE, PREFIX, BASELINE]
    assert only(drawn, [PLATE, WELL]).edges == (Edge(PLATE, WELL, "contains ×24"),)


def test_graphviz_reads_it() -> None:
    found = parsed(graph("dev", NODES, NEEDS))
    names = [unquoted(node.get_name()) for node in found.get_nodes() if node.get_name().startswith('"')]
    assert names == ["database.d", "prefix.CX", "schema.baseline", "template.c/plate/s/1.0", "template.c/well/s/1.0"]
    labelled = [edge for edge in found.get_edges() if edge.get_label()]
    assert [unquoted(edge.get_label()) for edge in labelled] == ["contains ×24"]


def test_graphviz_reads_odd_names() -> None:
    found = parsed(ODD_GRAPH)
    names = [unquoted(node.get_name()) for node in found.get_nodes() if node.get_name().startswith('"')]
    assert names == [printable(str(address)) for address in ODD]
    assert unquoted(found.get_edges()[0].get_label()) == 'x|"y"\\'


def test_mermaid_reads_odd_names() -> None:
    first, *lines = mermaid.lines(ODD_GRAPH)
    assert first == "flowchart RL"
    assert [line for line in lines if not any(form.fullmatch(line) for form in LINES)] == []
    labels = [match["label"][1:-1] for line in lines if (match := LINES[0].fullmatch(line))]
    assert [unescape(label.replace("#", "&#")) for label in labels] == [printable(str(each)) for each in ODD]


@pytest.mark.parametrize(
    ("make", "symbol", "colour", "name"),
    [
        (Create, "+", "darkgreen", "add"),
        (lambda after: Update(after, after), "~", "darkorange", "change"),
        (lambda after: Replace(after, after), "-/+", "red", "destroy"),
        (Delete, "-", "red", "destroy"),
        (lambda after: Adopt(after, after), "<-", "blue", "import"),
    ],
)
def test_a_change_shows(make: type[Change], symbol: str, colour: str, name: str) -> None:
    change = make(Resource(PLATE, {}))
    drawn = graph("dev", {PLATE: change}, [])
    (node,) = (node for node in parsed(drawn).get_nodes() if node.get_name().startswith('"'))
    assert (unquoted(node.get_label()), node.get("color")) == (f"{symbol} {PLATE}", colour)
    lines = list(mermaid.lines(drawn))
    assert lines[1].endswith(f":::{name}")
    assert lines[2].startswith(f"  classDef {name} ")
