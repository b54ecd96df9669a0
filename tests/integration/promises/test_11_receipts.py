"""Promise 11: what is not one transaction is reported phase by phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tapdb_ctl.core.report import Outcome
from tapdb_ctl.core.step import Phase
from tapdb_ctl.engine.applying import PhaseError
from tapdb_ctl.errors import TapdbError
from worlds import World, environment, tubes

if TYPE_CHECKING:
    from pg_servers import Server


def test_a_failure_says_which_phases_are_in_place(pg16: Server) -> None:
    world = World(pg16, "made_by_apply")
    desired = environment(*tubes(2), database="made_by_apply")
    try:
        plan = world.plan(desired)
        assert next(iter(plan.changes)).change.address.type == "database"

        def fail(done: int) -> None:
            if done:
                world.sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

        with pytest.raises(PhaseError) as caught:
            world.apply(plan, progress=fail)

        assert [(r.phase, r.outcome) for r in caught.value.receipts] == [
            (Phase.DATABASE, Outcome.APPLIED),
            (Phase.TRANSACTION, Outcome.NOT_APPLIED),
        ]
        assert world.converge(desired).ledger == 1
        assert world.plan(desired).changes == ()
    finally:
        pg16.run("DROP DATABASE IF EXISTS made_by_apply WITH (FORCE)")


def test_being_stopped_after_a_phase_does_not_deny_it(pg16: Server) -> None:
    world = World(pg16, "made_before_stop")

    def stop(_: int) -> None:
        raise TapdbError.of("CLI010", "interrupted")

    try:
        with pytest.raises(PhaseError, match="interrupted") as caught:
            world.apply(world.plan(environment(*tubes(1), database="made_before_stop")), progress=stop)
        assert [(r.phase, r.outcome) for r in caught.value.receipts] == [(Phase.DATABASE, Outcome.APPLIED)]
    finally:
        pg16.run("DROP DATABASE IF EXISTS made_before_stop WITH (FORCE)")
