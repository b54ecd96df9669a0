"""Promise 2: all of PostgreSQL in one transaction; kill -9 at any moment leaves all or nothing."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from worlds import environment, tubes

if TYPE_CHECKING:
    from worlds import World


@pytest.mark.parametrize("statements", [1, 5, 12])
def test_a_killed_apply_leaves_nothing(world: World, statements: int) -> None:
    """The apply runs in a forked child that kills itself after so many statements, while they are uncommitted."""
    plan = world.plan(environment(*tubes(4000)))
    seen = 0

    def die(_: int) -> None:
        nonlocal seen
        seen += 1
        if seen == statements:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:  # pragma: no cover
        world.apply(plan, progress=die)
        os._exit(0)
    _, status = os.waitpid(child, 0)

    assert os.WIFSIGNALED(status)
    assert world.value("SELECT to_regclass('generic_template')") is None
    assert world.converge(environment(*tubes(4000))).summary.adds > 4000
    assert not world.plan(environment(*tubes(4000))).changes


def test_a_terminated_backend_leaves_nothing(world: World) -> None:
    world.converge(environment(*tubes(1)))
    plan = world.plan(environment(*tubes(1500)))

    def terminate(_: int) -> None:
        world.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    with pytest.raises(Exception, match="PG010: the connection to PostgreSQL was lost"):
        world.apply(plan, progress=terminate)
    assert world.value("SELECT count(*) FROM generic_template") == 1
    assert world.apply(plan).summary.adds == 1499
