"""Promise 7: one apply at a time per database and schema."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tapdb_ctl.engine.applying import PhaseError
from worlds import environment, tubes

if TYPE_CHECKING:
    from worlds import World

SLEEPER = """
    CREATE FUNCTION sleeper() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_sleep(30);
        RETURN NEW;
    END $$;
    CREATE TRIGGER sleeper BEFORE INSERT ON generic_template FOR EACH ROW EXECUTE FUNCTION sleeper();
"""


def test_a_second_apply_waits_and_says_who_holds_the_lock(world: World) -> None:
    world.converge(environment(*tubes(1)))
    plan = world.plan(environment(*tubes(2)))
    first = replace(world, settings=replace(world.settings, application_name="tapdb apply dev"))
    second = replace(world, settings=replace(world.settings, lock_wait=0.5))
    with first.providers() as (_, postgres), postgres.transaction() as transaction:
        transaction.lock((), keep=False)
        with pytest.raises(PhaseError, match=r"another apply is in progress.*tapdb apply dev \(pid \d+\)"):
            second.apply(plan)
    assert second.apply(plan).summary.adds == 1


def test_a_killed_apply_does_not_keep_the_lock(world: World) -> None:
    """Its backend is inside a long statement, which it would otherwise finish before looking up."""
    world.converge(environment(*tubes(1)))
    world.sql(SLEEPER)
    plan = world.plan(environment(*tubes(2)))
    child = os.fork()
    if child == 0:  # pragma: no cover
        world.apply(plan)
        os._exit(0)
    while not world.value(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'INSERT%%' AND wait_event = 'PgSleep'", ()
    ):
        assert os.waitpid(child, os.WNOHANG) == (0, 0)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    world.sql("SET lock_timeout = '8s'; DROP TRIGGER sleeper ON generic_template")
    assert world.apply(plan).ledger == 2


def test_applies_beside_each_other_are_serialised(world: World) -> None:
    """Each plans a template of its own on the same state: the first wins, the others are stale or apply after."""
    world.converge(environment(*tubes(1)))
    outcomes: list[object] = []

    def run(number: int) -> None:
        try:
            outcomes.append(world.converge(environment(*tubes(1), *tubes(number + 2)[-1:], prune=False)).ledger)
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


@pytest.mark.parametrize("settings", [{"lock_wait": 0}, {"lock_wait": 0.5, "statement_timeout": 0.1}])
def test_waiting_ends_when_it_should(world: World, settings: dict[str, float]) -> None:
    """No wait is not an endless one, and the statements' own limit is no limit on waiting."""
    world.converge(environment(*tubes(1)))
    plan = world.plan(environment(*tubes(2)))
    hasty = replace(world, settings=replace(world.settings, **settings))
    with world.providers() as (_, postgres), postgres.transaction() as transaction:
        transaction.lock((), keep=False)
        with pytest.raises(PhaseError, match="PG031"):
            hasty.apply(plan)


def test_a_locked_row_is_waited_for_as_long_as_a_locked_table(world: World) -> None:
    world.converge(environment(*tubes(1)))
    plan = world.plan(environment(*tubes(1, name="new")))
    hasty = replace(world, settings=replace(world.settings, lock_wait=1))
    with world.connection() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT FROM generic_template FOR SHARE")
        with pytest.raises(PhaseError, match="PG033"):
            hasty.apply(plan)
    assert hasty.apply(plan).summary.changes == 1
