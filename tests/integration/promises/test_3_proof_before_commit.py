"""Promise 3: proof before commit; a second plan is always empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tapdb_ctl.engine.applying import PhaseError
from tapdb_ctl.errors import DatabaseError
from worlds import environment, template, tubes

if TYPE_CHECKING:
    from worlds import World

MEDDLER = """
    CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.name := upper(NEW.name);
        RETURN NEW;
    END $$;
    CREATE TRIGGER meddler BEFORE INSERT OR UPDATE ON generic_template FOR EACH ROW EXECUTE FUNCTION meddle();
"""


def test_a_trigger_that_changes_what_is_written_rolls_back(world: World) -> None:
    world.converge(environment(*tubes(1)))
    world.sql(MEDDLER)
    plan = world.plan(environment(*tubes(2)))
    with pytest.raises(PhaseError, match=r"PLN031.*container/tube/t1/1\.0"):
        world.apply(plan)
    assert world.value("SELECT count(*) FROM generic_template") == 1
    assert world.value("SELECT count(*) FROM tapdb_ledger") == 1


def test_every_kind_of_change_converges(each_world: World) -> None:
    steps = [
        environment(*tubes(3)),
        environment(template("container/tube/t0/1.0", json_addl={"a": [1, {"b": None}]}), *tubes(3)[1:]),
        environment(template("container/tube/t0/1.0", protected=True, prefix="CWX"), *tubes(3)[1:]),
        environment(*tubes(2)),
        environment(*tubes(3, json_addl_schema={"type": "object"})),
    ]
    for desired in steps:
        each_world.converge(desired, "template")
        assert each_world.plan(desired).changes == ()
    assert each_world.value("SELECT array_agg(id ORDER BY id) FROM tapdb_ledger") == [1, 2, 3, 4, 5]
    assert each_world.value("SELECT catalog_revision FROM tapdb_meta") == 5


def test_a_retired_code_that_returns_keeps_its_euid(world: World) -> None:
    world.converge(environment(*tubes(2)))
    euid = world.value("SELECT euid FROM generic_template WHERE subtype = 't1'")
    world.converge(environment(*tubes(1)), "template")
    assert world.value("SELECT is_deleted FROM generic_template WHERE subtype = 't1'") is True

    report = world.converge(environment(*tubes(2, bstatus="back")))

    assert report.summary.changes == 2
    row = world.sql("SELECT euid, is_deleted, bstatus FROM generic_template WHERE subtype = 't1'")
    assert row == [(euid, False, "back")]


@pytest.mark.parametrize("column", ["json_addl", "json_addl_schema"])
def test_json_null_written_by_hand_is_repaired(world: World, column: str) -> None:
    """SQLAlchemy writes JSON's null where a Python None was meant."""
    world.converge(environment(*tubes(1)))
    world.sql(f"UPDATE generic_template SET {column} = 'null'")
    wanted = environment(*tubes(1, json_addl_schema={"type": "object"}))
    world.converge(wanted)
    assert world.plan(wanted).changes == ()


@pytest.mark.parametrize("value", ['{"x": 1e5000}', "[" * 90 + "]" * 90])
def test_odd_json_written_by_hand_is_repaired(world: World, value: str) -> None:
    world.converge(environment(*tubes(1)))
    world.sql("UPDATE generic_template SET json_addl = %s", value)
    world.converge(environment(*tubes(1)))
    assert world.plan(environment(*tubes(1))).changes == ()


def test_json_too_deep_to_take_in_is_named(world: World) -> None:
    world.converge(environment(*tubes(1)))
    world.sql("UPDATE generic_template SET json_addl = %s", "[" * 3000 + "]" * 3000)
    with pytest.raises(DatabaseError, match=r"PG024.*container/tube/t0/1\.0"):
        world.plan(environment(*tubes(1)))
