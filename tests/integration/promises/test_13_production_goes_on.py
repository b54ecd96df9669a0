"""Promise 13: a repair makes no application fail, and none wait for longer than one attempt at a lock."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tapdb_ctl.engine.applying import PhaseError
from worlds import environment, tubes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from worlds import World

DESIRED = environment(*tubes(1))
DAMAGED = """
    ALTER TABLE generic_instance ALTER name SET DEFAULT 'odd';
    ALTER TABLE generic_instance_lineage ALTER name SET DEFAULT 'odd';
"""
NOTHING = "UPDATE {} SET name = name WHERE false"
DEADLOCK_TIMEOUT = 1


def test_an_application_is_never_the_victim_of_a_deadlock(world: World) -> None:
    """It holds what tapdb wants last, and asks for what tapdb took first once tapdb has looked for deadlocks."""
    world.converge(DESIRED)
    world.sql(DAMAGED)
    plan = world.plan(DESIRED)
    with world.connection() as connection, connection.cursor() as cursor, ThreadPoolExecutor() as pool:
        cursor.execute(NOTHING.format("generic_instance_lineage"))
        applied = pool.submit(world.apply, plan)
        time.sleep(DEADLOCK_TIMEOUT + 0.3)
        cursor.execute(NOTHING.format("generic_instance"))
        connection.commit()
        assert applied.result().summary.changes == 2
    assert not world.plan(DESIRED).changes


def test_nobody_waits_for_tapdb_while_it_waits_for_a_row(world: World) -> None:
    """Tables are locked before rows, so a template that somebody holds on to must not keep them locked."""
    world.converge(DESIRED)
    world.sql(DAMAGED)
    plan = world.plan(environment(*tubes(1, name="new")))
    with world.connection() as connection, connection.cursor() as cursor, ThreadPoolExecutor() as pool:
        cursor.execute("SELECT 1 FROM generic_template FOR SHARE")
        applied = pool.submit(world.apply, plan)
        time.sleep(DEADLOCK_TIMEOUT + 0.3)
        cursor.execute(NOTHING.format("generic_instance"))
        connection.commit()
        with pytest.raises(PhaseError, match="PG033"):
            applied.result()
    assert world.apply(plan).summary.changes == 3


@pytest.mark.usefixtures("eager")
def test_autovacuum_is_sent_away(world: World) -> None:
    """It gives way only to who waits longer than tapdb may make others wait."""
    world.converge(DESIRED)
    world.sql("ALTER TABLE tapdb_user ALTER display_name SET DEFAULT 'odd'")
    world.sql("ALTER TABLE tapdb_user SET (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)")
    world.sql("INSERT INTO tapdb_user (username) SELECT 'u' || n FROM generate_series(1, 20000) AS n")
    world.sql("UPDATE tapdb_user SET display_name = username")
    while not world.sql("SELECT pid FROM pg_stat_progress_vacuum WHERE relid = 'tapdb_user'::regclass"):
        time.sleep(0.1)
    world.converge(DESIRED)
    assert not world.plan(DESIRED).changes


@pytest.fixture
def eager(world: World) -> Iterator[None]:
    """Autovacuum looks every second."""
    world.server.run("ALTER SYSTEM SET autovacuum_naptime = '1s'")
    world.server.run("SELECT pg_reload_conf()")
    yield
    world.server.run("ALTER SYSTEM RESET autovacuum_naptime")
    world.server.run("SELECT pg_reload_conf()")
