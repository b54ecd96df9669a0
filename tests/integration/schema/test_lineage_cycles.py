"""Cycles that an adopted database brings along are found by one query that writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage_races import is_cyclic
from tapdb_ctl.providers.postgres.queries import query

if TYPE_CHECKING:
    from managed import Tapdb

PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=16, unique=True)
LINK = (
    "INSERT INTO generic_instance_lineage (name, polymorphic_discriminator, parent_instance_uuid, child_instance_uuid)"
    " SELECT 'e', 'd', parent, child FROM unnest(%s::bigint[], %s::bigint[]) AS edge (parent, child)"
)


def cycles(tapdb: Tapdb, limit: int = 1000) -> list[tuple[Any, ...]]:
    with tapdb.connection.cursor() as cursor:
        cursor.execute(query("lineage_cycles"), {"limit": limit})
        return cursor.fetchall()


def link_unchecked(tapdb: Tapdb, pairs: list[tuple[int, int]]) -> dict[str, int]:
    """Instances by EUID, linked as a database may have been before it was ours."""
    made = tapdb.instances(tapdb.template(), 8)
    tapdb.run("ALTER TABLE generic_instance_lineage DISABLE TRIGGER check_edges_insert")
    tapdb.run(LINK, [made[parent] for parent, _ in pairs], [made[child] for _, child in pairs])
    tapdb.run("ALTER TABLE generic_instance_lineage ENABLE TRIGGER check_edges_insert")
    return {tapdb.euid("generic_instance", uuid): number for number, uuid in enumerate(made)}


def on_a_cycle(pairs: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """Edges whose child leads back to their parent."""
    reach = {node: {node} for node in range(8)}
    for _ in range(8):
        for parent, child in pairs:
            reach[parent] |= reach[child]
    return {(parent, child) for parent, child in pairs if parent in reach[child]}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=PAIRS)
def test_exactly_the_edges_on_cycles_are_found(tapdb: Tapdb, pairs: list[tuple[int, int]]) -> None:
    tapdb.run("SAVEPOINT example")
    try:
        numbers = link_unchecked(tapdb, pairs)
        found = {(numbers[parent], numbers[child]) for _, parent, child in cycles(tapdb)}
        assert found == on_a_cycle(pairs)
        assert bool(found) == is_cyclic(pairs)
    finally:
        tapdb.run("ROLLBACK TO example")


def test_deleted_edges_are_no_finding(tapdb: Tapdb) -> None:
    link_unchecked(tapdb, [(0, 1), (1, 0), (2, 2)])
    tapdb.run(
        "UPDATE generic_instance_lineage SET is_deleted = true WHERE child_instance_uuid IN (SELECT"
        " min(child_instance_uuid) FROM generic_instance_lineage)"
    )
    assert len(cycles(tapdb)) == 1


def test_no_more_are_told_than_asked_for(tapdb: Tapdb) -> None:
    link_unchecked(tapdb, [(node, node) for node in range(8)])
    every = cycles(tapdb)
    assert len(every) == 8
    assert cycles(tapdb, 3) == every[:3]
