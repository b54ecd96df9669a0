"""Promise 7: one apply at a time per database and schema."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tapdb_ctl.engine.applying import PhaseError
from worlds import environment, tubes

if TYPE_CHECKING:
    from worlds import World


def test_a_second_apply_waits_and_says_who_holds_the_lock(world: World) -> None:
    world.converge(environment(*tubes(1)))
    plan = world.plan(environment(*tubes(2)))
    first = replace(world, settings=replace(world.settings, application_name="tapdb apply dev"))
    second = replace(world, settings=replace(world.settings, lock_wait=0.5))
    with first.providers() as (_, postgres), postgres.transaction() as transaction:
        transaction.lock()
        with pytest.raises(PhaseError, match=r"another apply is in progress.*tapdb apply dev \(pid \d+\)"):
            second.apply(plan)
    assert second.apply(plan).summary.adds == 1


def test_applies_beside_each_other_are_serialised(world: World) -> None:
    """Each plans a template of its own on the same state: the first wins, the others are stale or apply after."""
    world.converge(environment(*tubes(1)))
    outcomes: list[object] = []

    def run(number: int) -> None:
        try:
            outcomes.append(world.converge(environment(*tubes(1), *tubes(number + 2)[-1:])).ledger)
        except PhaseError as error:
            outcomes.append(error.findings[0].code)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    entries = [o for o in outcomes if isinstance(o, int)]
    assert entries
    assert set(outcomes) - set(entries) <= {"PLN030"}
    assert world.value("SELECT count(*) FROM tapdb_ledger") == 1 + len(entries)
    assert world.value("SELECT catalog_revision FROM tapdb_meta") == 1 + len(entries)
