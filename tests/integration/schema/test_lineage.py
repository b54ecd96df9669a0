"""No statement closes a cycle of live edges, in whatever way it makes them."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2 import errors

from lineage_races import is_cyclic
from managed import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from managed import Tapdb

PAIRS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=12, unique=True)
ON_A_SERVER = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

LINK_ALL = (
    "INSERT INTO generic_instance_lineage (name, polymorphic_discriminator, parent_instance_uuid, child_instance_uuid)"
    " SELECT 'e', 'd', parent, child FROM unnest(%s::bigint[], %s::bigint[]) AS edge (parent, child)"
)
LINK = LINK_ALL.replace("unnest(%s::bigint[], %s::bigint[])", "(VALUES (%s, %s))")
LIVE = "SELECT parent_instance_uuid, child_instance_uuid FROM generic_instance_lineage WHERE NOT is_deleted"
OLD = "UPDATE generic_instance SET created_dt = created_dt - interval '1 day'"


def nodes(tapdb: Tapdb, count: int, *, old: bool = True) -> list[int]:
    """Instances that count as made before this transaction, or in it."""
    made = tapdb.instances(tapdb.template(), count)
    if old:
        tapdb.run(OLD)
    return made


@contextmanager
def example(tapdb: Tapdb) -> Iterator[None]:
    """Work that is undone for the next example."""
    tapdb.run("SAVEPOINT example")
    try:
        yield
    finally:
        tapdb.run("ROLLBACK TO example")


def link_all(tapdb: Tapdb, edges: list[tuple[int, int]]) -> None:
    tapdb.run(LINK_ALL, [parent for parent, _ in edges], [child for _, child in edges])


@pytest.mark.parametrize("old", [True, False])
def test_an_edge_to_itself_is_refused(tapdb: Tapdb, *, old: bool) -> None:
    (node,) = nodes(tapdb, 1, old=old)
    message = tapdb.refused(errors.CheckViolation, LINK, node, node)
    assert tapdb.euid("generic_instance", node) in message


@pytest.mark.parametrize("old", [True, False])
def test_a_cycle_is_refused_and_both_ends_are_named(tapdb: Tapdb, *, old: bool) -> None:
    first, second, third = nodes(tapdb, 3, old=old)
    tapdb.edge(first, second, "contains")
    tapdb.edge(second, third, "derived")
    message = tapdb.refused(errors.CheckViolation, LINK, third, first)
    euids = [tapdb.euid("generic_instance", node) for node in (third, first)]
    assert f"an edge from {euids[0]} to {euids[1]} would close a cycle" in message


def test_the_error_can_be_told_from_others(tapdb: Tapdb) -> None:
    (node,) = nodes(tapdb, 1)
    with pytest.raises(errors.CheckViolation) as caught:
        tapdb.edge(node, node)
    assert caught.value.diag.constraint_name == "lineage_has_no_cycles"
    assert caught.value.diag.table_name == "generic_instance_lineage"


def test_deleted_edges_close_nothing(tapdb: Tapdb) -> None:
    first, second = nodes(tapdb, 2)
    edge = tapdb.edge(first, second)
    tapdb.run("DELETE FROM generic_instance_lineage WHERE uuid = %s", edge)
    tapdb.edge(second, first)
    revive = "UPDATE generic_instance_lineage SET is_deleted = false WHERE uuid = %s"
    tapdb.refused(errors.CheckViolation, revive, edge)


@pytest.mark.parametrize("column", ["parent_instance_uuid", "child_instance_uuid"])
def test_an_edge_cannot_be_led_into_a_cycle(tapdb: Tapdb, column: str) -> None:
    first, second, third = nodes(tapdb, 3)
    tapdb.edge(first, second)
    edge = tapdb.edge(third, first) if column == "parent_instance_uuid" else tapdb.edge(second, third)
    lead = f"UPDATE generic_instance_lineage SET {column} = %s WHERE uuid = %s"
    tapdb.refused(errors.CheckViolation, lead, second if column == "parent_instance_uuid" else first, edge)


def test_other_changes_of_an_edge_are_not_looked_at(tapdb: Tapdb) -> None:
    first, second = nodes(tapdb, 2)
    tapdb.edge(first, second)
    tapdb.run("ALTER TABLE generic_instance_lineage DISABLE TRIGGER check_edges_insert")
    tapdb.edge(second, first)
    tapdb.run("ALTER TABLE generic_instance_lineage ENABLE TRIGGER check_edges_insert")
    assert tapdb.run("UPDATE generic_instance_lineage SET name = 'new'") == 2


def test_an_old_cycle_hinders_nothing_elsewhere(tapdb: Tapdb) -> None:
    first, second, third, fourth = nodes(tapdb, 4)
    tapdb.run("ALTER TABLE generic_instance_lineage DISABLE TRIGGER check_edges_insert")
    link_all(tapdb, [(first, second), (second, first), (second, second)])
    tapdb.run("ALTER TABLE generic_instance_lineage ENABLE TRIGGER check_edges_insert")
    link_all(tapdb, [(third, first), (second, fourth), (third, fourth)])
    tapdb.refused(errors.CheckViolation, LINK, fourth, third)


@ON_A_SERVER
@given(pairs=PAIRS, old=st.booleans())
def test_one_by_one_exactly_those_that_close_a_cycle_are_refused(
    tapdb: Tapdb, pairs: list[tuple[int, int]], *, old: bool
) -> None:
    with example(tapdb):
        made = nodes(tapdb, 6, old=old)
        for parent, child in pairs:
            edge = made[parent], made[child]
            if is_cyclic([*tapdb.rows(LIVE), edge]):
                tapdb.refused(errors.CheckViolation, LINK, *edge)
            else:
                tapdb.run(LINK, *edge)


@ON_A_SERVER
@given(pairs=PAIRS, old=st.booleans())
def test_all_at_once_are_refused_when_any_lies_on_a_cycle(
    tapdb: Tapdb, pairs: list[tuple[int, int]], *, old: bool
) -> None:
    with example(tapdb):
        made = nodes(tapdb, 6, old=old)
        edges = [(made[parent], made[child]) for parent, child in pairs]
        if is_cyclic(edges):
            with pytest.raises(errors.CheckViolation):
                link_all(tapdb, edges)
        else:
            link_all(tapdb, edges)


@ON_A_SERVER
@given(data=st.data(), pairs=PAIRS)
def test_whatever_happens_to_instances_and_edges_no_cycle_lives(
    tapdb: Tapdb, data: st.DataObject, pairs: list[tuple[int, int]]
) -> None:
    with example(tapdb):
        made = nodes(tapdb, 6)
        for parent, child in pairs:
            table = data.draw(st.sampled_from(["generic_instance", "generic_instance_lineage"]))
            change = (
                f"UPDATE {table} SET is_deleted = NOT is_deleted WHERE uuid ="
                f" (SELECT uuid FROM {table} OFFSET {data.draw(st.integers(0, 5))} LIMIT 1)"
            )
            for statement, *values in ((LINK, made[parent], made[child]), (change,)):
                tapdb.run("SAVEPOINT one")
                try:
                    tapdb.run(statement, *values)
                except (errors.CheckViolation, errors.UniqueViolation):
                    tapdb.run("ROLLBACK TO one")
        assert not is_cyclic(tapdb.rows(LIVE))


# What is left for the commit, and what is not

PENDING = "SELECT coalesce(sum(cardinality(edges)), 0) FROM tapdb_pending_edges"


def test_children_of_this_transaction_cost_no_turn(tapdb: Tapdb) -> None:
    template = tapdb.template()
    (parent,) = tapdb.instances(template)
    tapdb.run(OLD)
    plate, *wells = tapdb.instances(template, 9)
    link_all(tapdb, [(plate, well) for well in wells])
    tapdb.run("SAVEPOINT inner_transaction")
    contents = tapdb.instances(template, 8)
    link_all(tapdb, list(zip(wells, contents, strict=True)))
    tapdb.run("RELEASE inner_transaction")
    assert tapdb.value(PENDING) == 0
    tapdb.edge(parent, tapdb.instances(template)[0])
    assert tapdb.value(PENDING) == 0


def test_a_way_through_a_new_instance_costs_one(tapdb: Tapdb) -> None:
    template = tapdb.template()
    above, below = tapdb.instances(template, 2)
    tapdb.run(OLD)
    (between,) = tapdb.instances(template)
    tapdb.edge(above, between)
    assert tapdb.value(PENDING) == 0
    tapdb.edge(between, below)
    assert tapdb.value(PENDING) == 1


def test_an_instance_that_only_looks_new_costs_one(build: Callable[[str], str]) -> None:
    with opened(build("lab"), "lab") as tapdb:
        first, second = tapdb.instances(tapdb.template(), 2)
        tapdb.run("BEGIN")
        tapdb.instances(1)
        tapdb.run("UPDATE generic_instance SET created_dt = now()")
        tapdb.edge(first, second)
        assert tapdb.value(PENDING) == 1
        tapdb.run("COMMIT")
        assert tapdb.value(PENDING) == 0
        assert tapdb.value("SELECT passed FROM tapdb_guard") == 1


def test_many_statements_take_one_turn(build: Callable[[str], str]) -> None:
    with opened(build("lab"), "lab") as tapdb:
        made = tapdb.instances(tapdb.template(), 5)
        tapdb.run("BEGIN")
        for edge in pairwise(made):
            tapdb.edge(*edge)
        tapdb.run("COMMIT")
        assert tapdb.value("SELECT passed FROM tapdb_guard") == 1
        assert tapdb.value(PENDING) == 0


def test_a_rolled_back_savepoint_leaves_the_rest_to_be_checked(build: Callable[[str], str]) -> None:
    with opened(build("lab"), "lab") as tapdb:
        made = tapdb.instances(tapdb.template(), 3)
        tapdb.run("BEGIN; SAVEPOINT undone")
        tapdb.edge(made[0], made[1])
        tapdb.run("ROLLBACK TO undone")
        tapdb.edge(made[1], made[2])
        tapdb.run("COMMIT")
        assert tapdb.value("SELECT passed FROM tapdb_guard") == 1


def test_the_check_may_be_asked_for_before_the_commit(build: Callable[[str], str]) -> None:
    with opened(build("lab"), "lab") as tapdb:
        made = tapdb.instances(tapdb.template(), 3)
        tapdb.run("BEGIN")
        tapdb.edge(made[0], made[1])
        tapdb.run("SET CONSTRAINTS ALL IMMEDIATE")
        assert tapdb.value(PENDING) == 0
        tapdb.edge(made[1], made[2])
        assert tapdb.value(PENDING) == 0
        tapdb.run("COMMIT")
        assert tapdb.value("SELECT passed FROM tapdb_guard") == 2


def test_parallel_links_do_not_wait_for_each_other(build: Callable[[str], str]) -> None:
    dsn = build("lab")
    with opened(dsn, "lab") as one, opened(dsn, "lab") as other:
        made = one.instances(one.template(), 4)
        other.run("SET lock_timeout = '1s'")
        one.run("BEGIN")
        one.edge(made[0], made[1])
        other.edge(made[2], made[3])
        one.run("COMMIT")


@pytest.mark.parametrize(
    ("level", "error"),
    [("READ COMMITTED", errors.CheckViolation), ("REPEATABLE READ", errors.SerializationFailure)],
)
def test_the_second_half_of_a_cycle_fails_at_its_commit(
    build: Callable[[str], str], level: str, error: type[errors.Error]
) -> None:
    dsn = build("lab")
    with opened(dsn, "lab") as one, opened(dsn, "lab") as other:
        first, second = one.instances(one.template(), 2)
        other.run(f"BEGIN ISOLATION LEVEL {level}")
        other.edge(second, first)
        one.edge(first, second)
        with pytest.raises(error):
            other.run("COMMIT")


# Walks end soon, whichever side is the smaller


def test_a_long_chain_is_searched_in_time(tapdb: Tapdb) -> None:
    made = nodes(tapdb, 2_000)
    tapdb.run("SET LOCAL statement_timeout = '60s'")
    link_all(tapdb, list(pairwise(made)))
    tapdb.refused(errors.CheckViolation, LINK, made[-1], made[0])
    tapdb.run(LINK, made[0], made[-1])
