"""The eight plain mutations are repaired while eight sessions insert and update: nobody fails, everything is mended.

`benchmarks/bench_repair.py` does the same at 1,000,000 rows and measures.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mutations import PLAIN
from production import Production
from repairing import DESIRED, is_whole
from tapdb_ctl.engine.scoping import Scope
from tapdb_ctl.providers.postgres.schema import inspect

if TYPE_CHECKING:
    from worlds import World

ROWS = 60_000


@pytest.fixture
def busy(clone16: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A database with rows in every large table, which count as large, and time to wait for locks."""
    monkeypatch.setattr(inspect, "LARGE", 1024 * 1024)
    return replace(clone16, settings=replace(clone16.settings, lock_wait=60))


def test_nobody_fails_while_the_schema_is_repaired(busy: World, record_property: pytest.RecordProperty) -> None:
    production = Production(busy.server.dsn(busy.database), ROWS, sessions=8)
    production.populate()
    for mutation in PLAIN.values():
        busy.sql(mutation.sql)
    with production.working():
        for mutation in PLAIN.values():
            plan = busy.plan(DESIRED, Scope(targets=(mutation.address,)))
            busy.apply(plan, *mutation.consent)
    assert is_whole(busy)
    assert production.fates.errors == ()
    assert production.fates.deadlocks == 0
    assert production.fates.statements > 0
    record_property("longest stall, ms", round(production.fates.longest * 1000))
