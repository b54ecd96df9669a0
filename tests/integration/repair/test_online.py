"""Repairs of large tables follow the transaction step by step: each may fail, and the next apply goes on from there."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from repairing import DESIRED, asked, errors, is_whole, repair
from tapdb_ctl.core.report import Outcome
from tapdb_ctl.engine.applying import PhaseError
from tapdb_ctl.errors import TapdbError
from tapdb_ctl.providers.postgres.schema import inspect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from worlds import World

GIN = "idx_generic_instance_json_addl_gin"
UNIQUE = "unique_generic_instance_prefix_seq"
BUILDING = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'CREATE%INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'"
INSTANCE = (
    "INSERT INTO generic_instance (euid, euid_prefix, euid_seq, name, polymorphic_discriminator, category, type,"
    " subtype, version, template_uuid, bstatus)"
    " VALUES ('CX-' || {0}, 'CX', {1}, 'i', 'd', 'c', 't', 's', '1', {2}, 'new')"
)
PAST_TRIGGERS = "SET session_replication_role = replica; "

ONLINE = {
    "index missing": f"DROP INDEX {GIN}",
    "index invalid": f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{GIN}'::regclass",
    "unique index": "DROP INDEX idx_lineage_unique_edge",
    "unique constraint missing": f"ALTER TABLE generic_instance DROP CONSTRAINT {UNIQUE}",
    "unique constraint redefined": f"ALTER TABLE generic_instance DROP CONSTRAINT {UNIQUE},"
    f" ADD CONSTRAINT {UNIQUE} UNIQUE (euid_prefix, euid_seq) DEFERRABLE",
    "primary key": "ALTER TABLE generic_instance DROP CONSTRAINT generic_instance_pkey CASCADE",
    "foreign key": "ALTER TABLE generic_instance DROP CONSTRAINT generic_instance_template_uuid_fkey",
    "CHECK": "ALTER TABLE audit_log DROP CONSTRAINT audit_log_operation_type_check",
    "NOT NULL": "ALTER TABLE generic_instance ALTER bstatus DROP NOT NULL",
}
STEPS = 5
"""More than any of these repairs has."""


@pytest.fixture
def large(clone16: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """All of its tables count as large."""
    monkeypatch.setattr(inspect, "LARGE", -1)
    return clone16


def after(steps: int) -> Any:
    """A progress callback that interrupts once so many steps are done."""
    left = [steps]

    def progress(done: int) -> None:
        left[0] -= done
        if left[0] < 0:
            raise TapdbError.of("TEST", "somebody pressed Ctrl-C")

    return progress


@pytest.mark.parametrize("name", ONLINE)
def test_an_apply_goes_on_where_another_was_interrupted(large: World, name: str) -> None:
    for steps in range(STEPS):
        large.sql(ONLINE[name])
        plan = large.plan(DESIRED)
        assert all(step.phase == "concurrent" for planned in plan.changes for step in planned.steps)
        try:
            large.apply(plan, *asked(plan), progress=after(steps))
        except PhaseError as error:
            receipts = error.receipts
            repair(large)
        assert is_whole(large)
    assert [r.outcome for r in receipts] == [Outcome.APPLIED, Outcome.NOT_APPLIED]


@contextmanager
def reader(world: World) -> Iterator[None]:
    """A transaction that looks at the database as it was when the block began; CONCURRENTLY waits for its end."""
    with world.connection() as connection, connection.cursor() as cursor:
        connection.set_session("REPEATABLE READ")
        cursor.execute("SELECT count(*) FROM generic_instance")
        yield


def building(world: World) -> int:
    """The process that builds an index, once it waits for others."""
    while not (found := world.sql(BUILDING)):
        time.sleep(0.02)
    return int(found[0][0])


def test_a_build_that_is_terminated_is_done_again(large: World) -> None:
    large.sql(ONLINE["index missing"])
    plan = large.plan(DESIRED)
    failures: list[PhaseError] = []

    def apply() -> None:
        try:
            large.apply(plan)
        except PhaseError as error:
            failures.append(error)

    with reader(large):
        applying = threading.Thread(target=apply)
        applying.start()
        large.sql("SELECT pg_terminate_backend(%s)", building(large))
        applying.join()
    assert [r.outcome for r in failures[0].receipts] == [Outcome.APPLIED, Outcome.NOT_APPLIED]
    (planned,) = large.plan(DESIRED).changes
    assert planned.change.before.attributes["valid"] is False  # type: ignore[union-attr]
    repair(large)
    assert is_whole(large)


def test_a_killed_apply_leaves_what_the_next_one_finishes(large: World) -> None:
    """Its server process goes on building; until that ends, another apply is told who is at work."""
    large.sql(ONLINE["index invalid"])
    plan = large.plan(DESIRED)
    with reader(large):
        child = os.fork()
        if child == 0:  # pragma: no cover
            large.apply(plan)
            os._exit(0)
        pid = building(large)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        hasty = replace(large, settings=replace(large.settings, lock_wait=0.5))
        with pytest.raises(PhaseError, match=rf"PG031.*pid {pid}"):
            hasty.converge(DESIRED)
    while large.sql("SELECT pid FROM pg_stat_activity WHERE pid = %s", pid):
        time.sleep(0.02)
    repair(large)
    assert is_whole(large)


def test_a_second_apply_waits_for_the_end_of_the_first(large: World) -> None:
    large.sql(ONLINE["index invalid"])
    plan = large.plan(DESIRED)
    hasty = replace(large, settings=replace(large.settings, lock_wait=0.2))

    def meddle(_: int) -> None:
        with pytest.raises(PhaseError, match="PG031"):
            hasty.apply(plan)

    large.apply(plan, progress=meddle)
    assert is_whole(large)


def test_of_applies_beside_each_other_one_repairs_and_the_others_are_told(large: World) -> None:
    large.sql("; ".join(ONLINE[name] for name in ("index missing", "unique constraint missing", "NOT NULL")))
    plan = large.plan(DESIRED)
    codes: list[str] = []

    def apply() -> None:
        try:
            large.apply(plan)
            codes.append("applied")
        except PhaseError as error:
            codes.append(error.findings[0].code)

    threads = [threading.Thread(target=apply) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["PLN030", "PLN030", "applied"]
    assert is_whole(large)


@pytest.mark.parametrize("name", ["foreign key", "CHECK", "NOT NULL"])
def test_a_validation_that_cannot_begin_leaves_what_the_next_apply_finishes(large: World, name: str) -> None:
    large.sql(ONLINE[name])
    hasty = replace(large, settings=replace(large.settings, lock_wait=0.2))
    plan = large.plan(DESIRED)
    with large.connection() as other, other.cursor() as cursor:

        def block(_: int) -> None:
            cursor.execute("LOCK TABLE generic_instance, audit_log IN SHARE UPDATE EXCLUSIVE MODE")

        with pytest.raises(PhaseError, match="PG032"):
            hasty.apply(plan, progress=block)
    assert large.plan(DESIRED).changes
    repair(large)
    assert is_whole(large)


def test_duplicates_that_come_between_plan_and_build_are_named_by_the_next_plan(large: World) -> None:
    large.sql(ONLINE["unique constraint missing"])
    plan = large.plan(DESIRED)
    template = large.value("SELECT min(uuid) FROM generic_template")
    twice = (INSTANCE.format(n, 77, template) for n in (1, 2))
    large.sql(PAST_TRIGGERS + "; ".join(twice))
    with pytest.raises(PhaseError, match="could not create unique index"):
        large.apply(plan)
    again = large.plan(DESIRED)
    assert errors(again) == {f"schema.constraint/generic_instance.{UNIQUE}": "PG045"}
    assert any("(CX,77)" in finding.detail for finding in again.findings)
    large.sql(PAST_TRIGGERS + "DELETE FROM generic_instance WHERE euid = 'CX-2'")
    repair(large)
    repair(large)  # without the index nobody looked whether the sequence is behind
    assert is_whole(large)


def test_a_key_comes_before_what_refers_to_it_also_when_only_one_table_is_large(
    clone16: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspect, "LARGE", 0)
    clone16.sql(PAST_TRIGGERS + INSTANCE.format(1, 1, clone16.value("SELECT min(uuid) FROM generic_template")))
    clone16.sql(ONLINE["primary key"])
    repair(clone16)
    assert is_whole(clone16)
