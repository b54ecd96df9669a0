"""What was: the state recorded after each of random operations is what is found later for that moment."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from lineages import Lineage
from runtime_worlds import BOX
from tapdb_ctl import InstanceFactory, TAPDBConnection
from tapdb_ctl.errors import InvalidInputError, NotFoundError
from tapdb_ctl.euid import format_euid
from tapdb_ctl.runtime.graph import closure_counts, descendants, path, roots, subgraph
from tapdb_ctl.runtime.history import all_as_of, as_of, history

NODES = 5
CHANGES = {
    "rename": "UPDATE generic_instance SET name = name || '!', bstatus = 'renamed' WHERE uuid = :node",
    "fill": """UPDATE generic_instance SET
               json_addl = json_addl || CAST('{"properties": {"a": [1, "\\"", null]}}' AS jsonb) WHERE uuid = :node""",
    "become": """UPDATE generic_instance SET
                 polymorphic_discriminator = 'data_instance', version = '2.0', created_dt = now() WHERE uuid = :node""",
    "touch": "UPDATE generic_instance SET name = name WHERE uuid = :node",
    "delete": "DELETE FROM generic_instance WHERE uuid = :node",
    "mark": "UPDATE generic_instance SET is_deleted = true, name = 'gone' WHERE uuid = :node",
    "restore": "UPDATE generic_instance SET is_deleted = false WHERE uuid = :node",
    "link": """INSERT INTO generic_instance_lineage (name, polymorphic_discriminator, parent_instance_uuid,
               child_instance_uuid, relationship_type, created_dt)
               VALUES ('e', 'generic_instance_lineage', :node, :other, :kind, clock_timestamp())
               ON CONFLICT DO NOTHING""",
    "unlink": """DELETE FROM generic_instance_lineage
                 WHERE parent_instance_uuid = :node AND child_instance_uuid = :other""",
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
@example([("delete", (3, 2)), ("link", (2, 1)), ("link", (4, 2)), ("restore", (3, 2))])
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
            lineage.session.execute(
                text(CHANGES[change]), {k: v for k, v in wanted.items() if f":{k}" in CHANGES[change]}
            )
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


def now(lineage: Lineage) -> datetime:
    found: datetime = lineage.session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return found


def test_what_did_not_exist_yet(lineage: Lineage) -> None:
    lineage.create(1)
    (elder,), before = lineage.uuids, now(lineage)
    lineage.create(1)
    younger = lineage.uuids[0]
    assert [was and was.uuid for was in all_as_of(lineage.session, [younger, elder], before)] == [None, elder]
    with pytest.raises(NotFoundError, match="RUN023: no live instance is this"):
        descendants(lineage.session, younger, as_of=before).rows()
    assert [node.uuid for node in roots(lineage.session, as_of=before)][-1] == elder


def test_what_was_made_is_there_from_its_created_dt_on(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        box = factory.create_instance(session, BOX, "box")
    with db.session_scope(commit=True) as session:
        session.merge(box).name = "renamed"
    with db.session_scope() as session:
        was = as_of(session, box, box.created_dt)
        assert was is not None
        assert (was.name, was.created_dt, was.modified_dt) == ("box", box.created_dt, box.created_dt)
        assert len(subgraph(session, [box], as_of=box.created_dt).edges) == len(subgraph(session, [box]).edges) == 3
        assert len(roots(session, as_of=box.created_dt).rows()) == 1
        before = box.created_dt - timedelta(microseconds=1)
        assert as_of(session, box, before) is None
        assert roots(session, as_of=before).rows() == []


def test_a_deleted_instance(lineage: Lineage) -> None:
    lineage.create(1)
    lineage.session.execute(text(CHANGES["delete"]), {"node": lineage.uuids[0]})
    deleted = now(lineage)
    lineage.session.execute(text(CHANGES["restore"]), {"node": lineage.uuids[0]})
    assert as_of(lineage.session, lineage.uuids[0], deleted) is None
    was = as_of(lineage.session, lineage.uuids[0], deleted, include_deleted=True)
    assert was is not None
    assert was.is_deleted
    assert was.modified_dt is not None
    assert was.modified_dt <= deleted


def test_a_time_means_one_moment(lineage: Lineage) -> None:
    lineage.create(1)
    for ask in (as_of, lambda session, ref, time: descendants(session, ref, as_of=time)):
        with pytest.raises(InvalidInputError, match="RUN035"):
            ask(lineage.session, lineage.uuids[0], datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake itself


def test_retired_history_is_an_error_and_not_a_guess(lineage: Lineage) -> None:
    lineage.create(2)
    old, born = lineage.uuids
    lineage.session.execute(text(CHANGES["rename"]), {"node": old})
    middle = now(lineage)
    lineage.session.execute(text(CHANGES["rename"]), {"node": old})
    lineage.session.execute(text("SELECT FROM tapdb_retire_audit(:before)"), {"before": middle}).all()
    for ask in (
        lambda: as_of(lineage.session, old, middle),
        lambda: subgraph(lineage.session, [old, born], as_of=middle),
        lambda: roots(lineage.session, as_of=middle).rows(),
    ):
        with pytest.raises(NotFoundError, match="RUN025: the audit log does not reach back"):
            ask()
    late = now(lineage)
    was = as_of(lineage.session, old, late)
    assert was is not None
    assert was.name == "node 0!!"
    assert [node.uuid for node in descendants(lineage.session, born, as_of=late, include_origin=True)] == [born]


def test_a_log_of_0_1_13(lineage: Lineage) -> None:
    """It dates changes by their transactions, logs dates that stayed, and both marks and records a deletion."""
    lineage.make(1)
    uuid = lineage.uuids[0]
    log = """INSERT INTO audit_log (rel_table_name, rel_table_uuid_fk, rel_table_euid_fk,
             column_name, old_value, new_value, changed_at, operation_type)
             SELECT 'generic_instance', uuid, euid, wanted.* FROM generic_instance, (VALUES
             (NULL, NULL, NULL, timestamptz '2025-01-01 10:00Z', 'INSERT'),
             ('name', 'first', 'node 0', '2025-01-02 10:00Z', 'UPDATE'),
             ('created_dt', '2025-01-01 11:00:00+01', '2025-01-01T10:00:00+00:00', '2025-01-02 10:00Z', 'UPDATE'),
             ('modified_dt', '2025-01-01 11:00:00+01', '2025-01-02T10:00:00+00:00', '2025-01-02 10:00Z', 'UPDATE'),
             ('is_deleted', 'false', 'true', '2025-01-03 10:00Z', 'UPDATE'),
             (NULL, '{"is_deleted": false}', NULL, '2025-01-03 10:00Z', 'DELETE'),
             ('is_deleted', 'true', 'false', '2025-01-04 10:00Z', 'UPDATE')
             ) AS wanted (a, b, c, d, e) WHERE uuid = :uuid"""
    lineage.session.execute(text(log), {"uuid": uuid})
    days = [datetime(2025, 1, day, 12, tzinfo=UTC) for day in (1, 2, 3, 4)]
    found = [as_of(lineage.session, uuid, day, include_deleted=True) for day in days]
    assert [(was.name, was.is_deleted) for was in found if was] == [
        ("first", False),
        ("node 0", False),
        ("node 0", True),
        ("node 0", False),
    ]
    assert found[0] is not None
    assert found[0].created_dt == found[0].modified_dt == datetime(2025, 1, 1, 10, tzinfo=UTC)
    told = [(change.operation, change.column) for change in history(lineage.session, uuid)]
    assert told == [
        ("INSERT", None),
        ("UPDATE", "name"),
        ("UPDATE", "is_deleted"),
        ("DELETE", None),
        ("UPDATE", "is_deleted"),
    ]


def test_history_has_the_values_of_the_columns(lineage: Lineage) -> None:
    lineage.create(1)
    node = {"node": lineage.uuids[0]}
    for change in ("fill", "delete", "restore"):
        lineage.session.execute(text(CHANGES[change]), node)
    made, filled, deleted, restored = history(lineage.session, node["node"])
    assert (made.operation, made.actor, made.old, made.new) == ("INSERT", "tester", None, None)
    assert (filled.column, filled.old, filled.new) == ("json_addl", {}, {"properties": {"a": [1, '"', None]}})
    assert (deleted.operation, deleted.old["name"], deleted.new) == ("DELETE", "node 0", None)
    assert (restored.column, restored.old, restored.new) == ("is_deleted", True, False)
    assert made.time < filled.time < deleted.time < restored.time
    with pytest.raises(NotFoundError, match="RUN002"):
        history(lineage.session, format_euid("CX", 10**9))


def test_on_each_version(each_lineage: Lineage) -> None:
    each_lineage.create(3)
    session, (top, middle, _) = each_lineage.session, each_lineage.uuids
    for node, other in ((0, 1), (1, 2)):
        ends = {"node": each_lineage.uuids[node], "other": each_lineage.uuids[other], "kind": "contains"}
        session.execute(text(CHANGES["link"]), ends)
    linked = now(each_lineage)
    assert path(session, *each_lineage.uuids[::2]) == path(session, *each_lineage.uuids[::2], as_of=linked)
    session.execute(text(CHANGES["delete"]), {"node": middle})
    assert descendants(session, top).rows() == []
    assert [node.uuid for node in descendants(session, top, as_of=linked)] == each_lineage.uuids[1:]
    assert {each.uuid: each.size for each in closure_counts(session, as_of=linked) if each.uuid >= top} == dict(
        zip(each_lineage.uuids, (2, 1, 0), strict=True)
    )
