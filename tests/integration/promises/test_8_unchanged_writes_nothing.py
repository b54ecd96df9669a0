"""Promise 8: an unchanged plan or apply writes nothing, and plan never writes at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from replicas import standby
from tapdb_ctl.engine.applying import PhaseError
from worlds import World, environment, tubes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pg_servers import Server

TRACES = """
    SELECT pg_snapshot_xmax(pg_current_snapshot())::text,
           (SELECT count(*) FROM audit_log),
           (SELECT count(*) FROM tapdb_ledger),
           (SELECT array_agg(coalesce(last_value, 0) ORDER BY schemaname, sequencename) FROM pg_sequences),
           (SELECT array_agg(xmin::text ORDER BY uuid) FROM generic_template)
"""


def test_an_unchanged_plan_and_apply_leave_no_trace(each_world: World) -> None:
    desired = environment(*tubes(20))
    each_world.converge(desired)
    before = each_world.sql(TRACES)
    report = each_world.converge(desired)
    assert report.ledger is None
    assert each_world.sql(TRACES) == before


def test_a_plan_with_changes_leaves_no_trace_either(world: World) -> None:
    world.converge(environment(*tubes(20)))
    before = world.sql(TRACES)
    assert len(world.plan(environment(*tubes(30, name="changed"))).changes) == 30
    assert world.sql(TRACES) == before


def test_plan_runs_under_a_role_that_may_only_read(pg16: Server, fresh_database: Callable[[Server], str]) -> None:
    world = World(pg16, fresh_database(pg16))
    world.converge(environment(*tubes(2)))
    world.sql(
        "DROP ROLE IF EXISTS looker; CREATE ROLE looker LOGIN PASSWORD 'looks';"
        " GRANT pg_read_all_data TO looker; ALTER ROLE looker SET default_transaction_read_only = on"
    )
    looker = World(type(pg16)(16, pg16.host, pg16.port, "looker", "looks", pg16.socket_dir, pg16.bin), world.database)
    assert len(looker.plan(environment(*tubes(3))).changes) == 1


def test_plan_runs_on_a_replica_and_apply_says_why_it_does_not(world: World, open_folder: Path) -> None:
    world.converge(environment(*tubes(2)))
    with standby(world.server, open_folder) as port:
        replica = world.with_port(port)
        plan = replica.plan(environment(*tubes(3)))
        assert len(plan.changes) == 1
        with pytest.raises(PhaseError, match="PG005: this session may only read"):
            replica.apply(plan)
