"""Edges follow their instances into soft deletion, and back."""

from __future__ import annotations

import threading
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2 import errors

from managed import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from managed import Tapdb

HOW = ["DELETE FROM {table}", "UPDATE {table} SET is_deleted = true"]
RESTORE = "UPDATE generic_instance SET is_deleted = false WHERE uuid = ANY (%s)"


def delete(tapdb: Tapdb, *instances: int) -> None:
    tapdb.run("DELETE FROM generic_instance WHERE uuid = ANY (%s)", list(instances))


def restore(tapdb: Tapdb, *instances: int) -> None:
    tapdb.run(RESTORE, list(instances))


def delete_edge(tapdb: Tapdb, edge: int) -> None:
    tapdb.run("DELETE FROM generic_instance_lineage WHERE uuid = %s", edge)


def live(tapdb: Tapdb) -> set[int]:
    return {uuid for (uuid,) in tapdb.rows("SELECT uuid FROM generic_instance_lineage WHERE NOT is_deleted")}


def marks(tapdb: Tapdb) -> dict[int, int]:
    return dict(tapdb.rows("SELECT lineage_uuid, instance_uuid FROM tapdb_deleted_edge"))  # type: ignore[arg-type]


@pytest.fixture
def path(tapdb: Tapdb) -> tuple[list[int], list[int]]:
    """Four instances in a row, and the edges between them."""
    made = tapdb.instances(tapdb.template(), 4)
    return made, [tapdb.edge(*pair) for pair in pairwise(made)]


@pytest.mark.parametrize("how", HOW)
def test_a_deleted_instance_takes_its_edges_along(tapdb: Tapdb, path: tuple[list[int], list[int]], how: str) -> None:
    made, edges = path
    tapdb.run(how.format(table="generic_instance") + " WHERE uuid = %s", made[1])
    assert live(tapdb) == {edges[2]}
    assert marks(tapdb) == {edges[0]: made[1], edges[1]: made[1]}


def test_a_restored_instance_brings_them_back(tapdb: Tapdb, path: tuple[list[int], list[int]]) -> None:
    made, edges = path
    delete(tapdb, made[1])
    restore(tapdb, made[1])
    assert live(tapdb) == set(edges)
    assert marks(tapdb) == {}


def test_both_are_audited_like_any_other(tapdb: Tapdb, path: tuple[list[int], list[int]]) -> None:
    made, (edge, *_) = path
    tapdb.run("SELECT set_config('session.current_username', 'ann', true)")
    delete(tapdb, made[0])
    restore(tapdb, made[0])
    inserted, deleted, revived = tapdb.audited("generic_instance_lineage", edge)
    assert (inserted[0], deleted[0]) == ("INSERT", "DELETE")
    assert revived == ("UPDATE", "is_deleted", "true", "false")
    order = tapdb.rows(
        "SELECT rel_table_name, changed_by FROM audit_log WHERE operation_type <> 'INSERT' ORDER BY uuid"
    )
    assert order == [("generic_instance", "ann"), ("generic_instance_lineage", "ann")] * 2


def test_an_edge_deleted_before_stays_deleted(tapdb: Tapdb, path: tuple[list[int], list[int]]) -> None:
    made, edges = path
    delete_edge(tapdb, edges[0])
    delete(tapdb, made[1])
    restore(tapdb, made[1])
    assert live(tapdb) == {edges[1], edges[2]}


@pytest.mark.parametrize("how", HOW)
def test_an_edge_deleted_meanwhile_stays_deleted(tapdb: Tapdb, path: tuple[list[int], list[int]], how: str) -> None:
    made, edges = path
    delete(tapdb, made[1])
    tapdb.run(how.format(table="generic_instance_lineage") + " WHERE uuid = %s", edges[0])
    restore(tapdb, made[1])
    assert live(tapdb) == {edges[1], edges[2]}


def test_a_change_of_a_taken_edge_leaves_it_waiting(tapdb: Tapdb, path: tuple[list[int], list[int]]) -> None:
    made, edges = path
    delete(tapdb, made[1])
    tapdb.run("UPDATE generic_instance_lineage SET name = 'new', json_addl = '{}'")
    restore(tapdb, made[1])
    assert live(tapdb) == set(edges)


def test_an_edge_revived_meanwhile_is_nobodys_any_more(tapdb: Tapdb, path: tuple[list[int], list[int]]) -> None:
    made, edges = path
    delete(tapdb, made[1])
    tapdb.run("UPDATE generic_instance_lineage SET is_deleted = false WHERE uuid = %s", edges[0])
    delete_edge(tapdb, edges[0])
    restore(tapdb, made[1])
    assert live(tapdb) == {edges[1], edges[2]}


@pytest.mark.parametrize("turn", [1, -1])
def test_an_edge_waits_for_both_ends(tapdb: Tapdb, path: tuple[list[int], list[int]], turn: int) -> None:
    made, edges = path
    delete(tapdb, made[1])
    delete(tapdb, made[2])
    first, second = made[1:3][::turn]
    restore(tapdb, first)
    assert edges[1] not in live(tapdb)
    assert marks(tapdb)[edges[1]] == second
    restore(tapdb, second)
    assert live(tapdb) == set(edges)
    assert marks(tapdb) == {}


def test_all_at_once_there_and_back(tapdb: Tapdb, path: tuple[list[int], list[int]]) -> None:
    made, edges = path
    delete(tapdb, *made)
    assert live(tapdb) == set()
    restore(tapdb, *made)
    assert live(tapdb) == set(edges)


def test_one_statement_may_delete_and_restore(tapdb: Tapdb, path: tuple[list[int], list[int]]) -> None:
    made, edges = path
    delete(tapdb, made[3])
    tapdb.run("UPDATE generic_instance SET is_deleted = NOT is_deleted WHERE uuid IN (%s, %s)", made[0], made[3])
    assert live(tapdb) == {edges[1], edges[2]}


def test_an_edge_made_meanwhile_takes_the_place(tapdb: Tapdb, path: tuple[list[int], list[int]]) -> None:
    made, edges = path
    delete(tapdb, made[1])
    again = tapdb.edge(made[0], made[1])
    restore(tapdb, made[1])
    assert live(tapdb) == {again, edges[1], edges[2]}
    delete(tapdb, made[1])
    restore(tapdb, made[1])
    assert live(tapdb) == {again, edges[1], edges[2]}


def test_of_several_for_one_relationship_the_newest_returns(tapdb: Tapdb, path: tuple[list[int], list[int]]) -> None:
    made, edges = path
    delete(tapdb, made[0])
    again = tapdb.edge(made[0], made[1])
    delete(tapdb, made[1])
    restore(tapdb, made[0])
    restore(tapdb, made[1])
    assert live(tapdb) == {again, edges[1], edges[2]}
    assert marks(tapdb) == {}


def test_other_relationships_are_not_in_the_way(tapdb: Tapdb, path: tuple[list[int], list[int]]) -> None:
    made, edges = path
    delete(tapdb, made[1])
    other = tapdb.edge(made[0], made[1], "other")
    restore(tapdb, made[1])
    assert live(tapdb) == {other, *edges}


def test_a_restored_instance_cannot_close_a_cycle(tapdb: Tapdb, path: tuple[list[int], list[int]]) -> None:
    made, edges = path
    delete(tapdb, made[1])
    back = tapdb.edge(made[3], made[0])
    tapdb.refused(errors.CheckViolation, RESTORE, [made[1]])
    delete_edge(tapdb, back)
    restore(tapdb, made[1])
    assert live(tapdb) == set(edges)


def test_an_edge_to_a_deleted_instance_may_be_made(tapdb: Tapdb, path: tuple[list[int], list[int]]) -> None:
    made, edges = path
    delete(tapdb, made[0])
    late = tapdb.edge(made[0], made[3])
    assert live(tapdb) == {late, edges[1], edges[2]}
    restore(tapdb, made[0])
    assert live(tapdb) == {late, *edges}


def test_deleting_again_takes_nothing(tapdb: Tapdb, path: tuple[list[int], list[int]]) -> None:
    made, edges = path
    delete(tapdb, made[0])
    late = tapdb.edge(made[0], made[3])
    delete(tapdb, made[0])
    assert live(tapdb) == {late, edges[1], edges[2]}


def test_plain_updates_leave_edges_alone(tapdb: Tapdb, path: tuple[list[int], list[int]]) -> None:
    made, edges = path
    delete(tapdb, made[1])
    tapdb.run("UPDATE generic_instance SET name = 'new'")
    assert live(tapdb) == {edges[2]}


STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_edges_live_exactly_while_both_ends_do(tapdb: Tapdb, steps: list[tuple[bool, int]]) -> None:
    tapdb.run("SAVEPOINT example")
    made = tapdb.instances(tapdb.template(), 4)
    ends = {(p, c): tapdb.edge(p, c) for i, p in enumerate(made) for c in made[i + 1 :]}
    gone: set[int] = set()
    for deleting, index in steps:
        (delete if deleting else restore)(tapdb, made[index])
        (gone.add if deleting else gone.discard)(made[index])
        assert live(tapdb) == {edge for pair, edge in ends.items() if not gone.intersection(pair)}
    tapdb.run("ROLLBACK TO example")


# Two sessions


def finish(act: Callable[[], object], then: Callable[[], object]) -> None:
    """Start what has to wait, let the other go on, and see both through."""
    waiting = threading.Thread(target=act)
    waiting.start()
    waiting.join(0.3)
    then()
    waiting.join(10)
    assert not waiting.is_alive()


@pytest.mark.parametrize("turn", [1, -1])
def test_ends_restored_by_two_sessions_at_once(build: Callable[[str], str], turn: int) -> None:
    dsn = build("lab")
    with opened(dsn, "lab") as one, opened(dsn, "lab") as other:
        first, second = one.instances(one.template(), 2)[::turn]
        edge = one.edge(*sorted((first, second)))
        delete(one, first)
        delete(one, second)
        one.run("BEGIN")
        restore(one, first)
        finish(lambda: restore(other, second), lambda: one.run("COMMIT"))
        assert live(one) == {edge}


def test_an_end_deleted_while_the_other_is_restored(build: Callable[[str], str]) -> None:
    dsn = build("lab")
    with opened(dsn, "lab") as one, opened(dsn, "lab") as other:
        first, second = one.instances(one.template(), 2)
        edge = one.edge(first, second)
        delete(one, first)
        one.run("BEGIN")
        restore(one, first)
        finish(lambda: delete(other, second), lambda: one.run("COMMIT"))
        assert live(one) == set()
        assert marks(one) == {edge: second}


def test_an_end_restored_while_the_other_is_deleted(build: Callable[[str], str]) -> None:
    dsn = build("lab")
    with opened(dsn, "lab") as one, opened(dsn, "lab") as other:
        first, second = one.instances(one.template(), 2)
        edge = one.edge(first, second)
        delete(one, first)
        one.run("BEGIN")
        delete(one, second)
        finish(lambda: restore(other, first), lambda: one.run("COMMIT"))
        assert live(one) == set()
        restore(one, second)
        assert live(one) == {edge}


def test_an_older_snapshot_does_not_lose_an_edge(build: Callable[[str], str]) -> None:
    dsn = build("lab")
    with opened(dsn, "lab") as one, opened(dsn, "lab") as other:
        first, second = one.instances(one.template(), 2)
        edge = one.edge(first, second)
        delete(one, first)
        delete(one, second)
        other.run("BEGIN ISOLATION LEVEL REPEATABLE READ")
        other.rows("SELECT 1 FROM generic_instance")
        restore(one, first)
        with pytest.raises(errors.SerializationFailure):
            restore(other, second)
        other.run("ROLLBACK")
        restore(other, second)
        assert live(one) == {edge}


def test_serializable_deletion_does_not_miss_an_edge_revived_since(build: Callable[[str], str]) -> None:
    dsn = build("lab")
    with opened(dsn, "lab") as one, opened(dsn, "lab") as other:
        first, second = one.instances(one.template(), 2)
        one.edge(first, second)
        delete(one, first)
        for session in (one, other):
            session.run("BEGIN ISOLATION LEVEL SERIALIZABLE")
            session.rows("SELECT 1 FROM tapdb_identity_prefix_config")
        restore(one, first)
        one.run("COMMIT")
        with pytest.raises(errors.SerializationFailure):
            other.run("UPDATE generic_instance SET is_deleted = true WHERE uuid = %s; COMMIT", second)


def test_delete_waits_for_an_edge_that_is_being_made(build: Callable[[str], str]) -> None:
    dsn = build("lab")
    with opened(dsn, "lab") as one, opened(dsn, "lab") as other:
        first, second = one.instances(one.template(), 2)
        other.run("BEGIN")
        edge = other.edge(first, second)
        finish(lambda: delete(one, first), lambda: other.run("COMMIT"))
        assert live(one) == set()
        assert marks(one) == {edge: first}


def test_an_update_does_not_and_the_edge_counts_as_made_afterwards(build: Callable[[str], str]) -> None:
    dsn = build("lab")
    with opened(dsn, "lab") as one, opened(dsn, "lab") as other:
        first, second = one.instances(one.template(), 2)
        other.run("BEGIN")
        edge = other.edge(first, second)
        one.run("SET lock_timeout = '5s'")
        one.run("UPDATE generic_instance SET is_deleted = true WHERE uuid = %s", first)
        other.run("COMMIT")
        assert live(one) == {edge}


def test_a_role_needs_no_right_to_the_marks(build: Callable[[str], str]) -> None:
    with opened(build("lab"), "lab") as tapdb:
        first, second = tapdb.instances(tapdb.template(), 2)
        tapdb.run("DO $$BEGIN CREATE ROLE linker; EXCEPTION WHEN duplicate_object THEN NULL; END$$")
        tapdb.run("GRANT USAGE ON SCHEMA lab TO linker")
        tapdb.run("GRANT SELECT, INSERT, UPDATE, DELETE ON generic_instance, generic_instance_lineage TO linker")
        tapdb.run("SET ROLE linker; SET search_path = ''")
        tapdb.run(
            "INSERT INTO lab.generic_instance_lineage (name, polymorphic_discriminator, parent_instance_uuid,"
            " child_instance_uuid) VALUES ('e', 'd', %s, %s)",
            first,
            second,
        )
        tapdb.run("DELETE FROM lab.generic_instance")
        tapdb.run("UPDATE lab.generic_instance SET is_deleted = false")
        assert tapdb.value("SELECT bool_or(is_deleted) FROM lab.generic_instance_lineage") is False
        tapdb.run("UPDATE lab.generic_instance_lineage SET is_deleted = true")
        for table in ("tapdb_deleted_edge", "tapdb_guard", "tapdb_pending_edges"):
            with pytest.raises(errors.InsufficientPrivilege):
                tapdb.run(f"DELETE FROM lab.{table}")
