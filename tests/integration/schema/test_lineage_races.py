"""Eight sessions try to close cycles together; none may be left in the table.

Each part of the mechanism is taken away in turn (`lineage_races.SABOTAGES`), and the same race must then leave
cycles: so it bites. By hand: take the trigger confirm_edges out of schema/40_triggers.sql, and
`test_sessions_never_close_a_cycle_together` fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lineage_races import LEVELS, SABOTAGES, SESSIONS, prepare, race

if TYPE_CHECKING:
    from collections.abc import Callable

    from pg_servers import Server

ROUNDS = 25


@pytest.mark.parametrize("level", LEVELS)
def test_sessions_never_close_a_cycle_together(
    server: Server, fresh_database: Callable[[Server], str], level: str
) -> None:
    dsn = server.dsn(fresh_database(server))
    prepare(dsn)
    tally = race(dsn, level, ROUNDS)
    assert tally.cycles == 0
    assert tally.outcomes["committed"] + tally.outcomes["refused"] == ROUNDS * SESSIONS
    assert tally.outcomes["committed"] > 0
    assert tally.outcomes["refused"] > 0


@pytest.mark.parametrize(
    ("sabotage", "level"), [(name, level) for name, (_, levels) in SABOTAGES.items() for level in levels]
)
def test_without_the_mechanism_they_do(
    pg16: Server, fresh_database: Callable[[Server], str], sabotage: str, level: str
) -> None:
    dsn = pg16.dsn(fresh_database(pg16))
    statement, _ = SABOTAGES[sabotage]
    prepare(dsn, statement)
    assert race(dsn, level, ROUNDS).cycles > 0
