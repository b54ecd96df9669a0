"""What was: the state recorded after each of random operations is what is found later for that moment."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from lineages import Lineage
from tapdb_ctl.runtime.graph import descendants, subgraph
from tapdb_ctl.runtime.history import all_as_of, history

NODES = 5
CHANGES = {
    "rename": "UPDATE generic_instance SET name = name || '!', bstatus = 'renamed' WHERE uuid = :node",
    "fill": """UPDATE generic_instance SET json_addl = json_addl || CAST('{"properties": {"a": [1, "\\"", null]}}' AS jsonb)
               WHERE uuid = :node""",
    "become": "UPDATE generic_instance SET polymorphic_discriminator = 'data_instance', version = '2.0', created_dt = now()"
    " WHERE uuid = :node",
    "touch": "UPDATE generic_instance SET name = name WHERE uuid = :node",
    "delete": "DELETE FROM generic_instance WHERE uuid = :node",
    "mark": "UPDATE generic_instance SET is_deleted = true, name = 'gone' WHERE uuid = :node",
    "restore": "UPDATE generic_instance SET is_deleted = false WHERE uuid = :node",
    "link": """INSERT INTO generic_instance_lineage (name, polymorphic_discriminator, parent_instance_uuid,
               child_instance_uuid, relationship_type) VALUES ('e', 'generic_instance_lineage', :node, :other, :kind)
               ON CONFLICT DO NOTHING""",
    "unlink": "DELETE FROM generic_instance_lineage WHERE parent_instance_uuid = :node AND child_instance_uuid = :other",
    "relink": """UPDATE generic_instance_lineage SET is_deleted = false WHERE uuid = (
                 SELECT max(uuid) FROM generic_instance_lineage AS edge
                 WHERE parent_instance_uuid = :node AND child_instance_uuid = :other AND is_deleted AND NOT EXISTS (
                     SELECT FROM generic_instance_lineage AS live WHERE NOT live.is_deleted
                     AND (live.parent_instance_uuid, live.child_instance_uuid, live.relationship_type)
                       = (edge.parent_instance_uuid, edge.child_instance_uuid, edge.relationship_type)))""",
    "lead elsewhere": """UPDATE generic_instance_lineage SET relationship_type = :kind || random(),
                         child_instance_uuid = :last WHERE parent_instance_uuid = :node AND NOT is_deleted""",
}
"""Edges lead from smaller to larger uuids, so that none of them is refused."""

STATE = text("SELECT * FROM generic_instance WHERE uuid >= :first ORDER BY uuid")
LIVE = text("""
    SELECT edge.uuid, parent_instance_uuid, child_instance_uuid, relationship_type
    FROM generic_instance_lineage AS edge
    JOIN generic_instance AS parent ON parent.uuid = parent_instance_uuid AND NOT parent.is_deleted
    JOIN generic_instance AS child ON child.uuid = child_instance_uuid AND NOT child.is_deleted
    WHERE NOT edge.is_deleted AND parent.uuid >= :first ORDER BY edge.uuid
""")


@dataclass
class Chronicle:
    """What there was at each moment, by the server's clock."""

    lineage: Lineage
    moments: list[tuple[datetime, dict[int, dict[str, Any]], list[Any]]] = field(default_factory=list)

    def write(self) -> None:
        first = {"first": self.lineage.uuids[0]}
        rows = {row["uuid"]: dict(row) for row in self.lineage.session.execute(STATE, first).mappings()}
        edges = [tuple(row) for row in self.lineage.session.execute(LIVE, first)]
        self.moments.append((self.lineage.session.scalar(text("SELECT clock_timestamp()")), rows, edges))


OPERATIONS = st.lists(
    st.tuples(st.sampled_from(sorted(CHANGES)), st.sampled_from([(i, j) for i in range(NODES) for j in range(i)])),
    min_size=1,
    max_size=12,
)


@given(OPERATIONS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_every_moment_is_found_again(lineage: Lineage, operations: list[tuple[str, tuple[int, int]]]) -> None:
    with lineage.undone():
        lineage.create(NODES)
        chronicle = Chronicle(lineage)
        chronicle.write()
        for number, (change, (other, node)) in enumerate(operations):
            ends = {"node": lineage.uuids[node], "other": lineage.uuids[other], "last": lineage.uuids[-1]}
            wanted = {**ends, "kind": f"kind {number % 2}"}
            lineage.session.execute(text(CHANGES[change]), {k: v for k, v in wanted.items() if f":{k}" in CHANGES[change]})
            chronicle.write()
        for moment in chronicle.moments:
            _same(lineage, *moment)


def _same(lineage: Lineage, time: datetime, rows: dict[int, dict[str, Any]], edges: list[Any]) -> None:
    found = all_as_of(lineage.session, lineage.uuids, time, include_deleted=True)
    for was in found:
        assert was is not None
        shown = {name: getattr(was, name) for name in rows[was.uuid] if name != "modified_dt"}
        assert shown == {name: value for name, value in rows[was.uuid].items() if name != "modified_dt"}
    live = {uuid for uuid, row in rows.items() if not row["is_deleted"]}
    there = all_as_of(lineage.session, lineage.uuids, time)
    assert {was.uuid for was in there if was} == live
    graph = subgraph(lineage.session, sorted(live), as_of=time) if live else None
    assert graph is None or [(e.uuid, e.parent, e.child, e.relationship) for e in graph.edges] == edges
    assert graph is None or {(n.uuid, n.name, n.discriminator, n.bstatus) for n in graph.nodes} == {
        (uuid, rows[uuid]["name"], rows[uuid]["polymorphic_discriminator"], rows[uuid]["bstatus"]) for uuid in live
    }
    for uuid in live:
        below = {node.uuid for node in descendants(lineage.session, uuid, as_of=time).rows()}
        assert below == _below(uuid, edges)


def _below(uuid: int, edges: list[Any]) -> set[int]:
    near = {child for _, parent, child, _ in edges if parent == uuid}
    return near.union(*(_below(child, edges) for child in near))
