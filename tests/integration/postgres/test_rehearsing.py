"""`plan --verify`: carried out, proved, rolled back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tapdb_ctl.core.report import Entry
from tapdb_ctl.core.step import Phase
from tapdb_ctl.engine.applying import World as Live
from tapdb_ctl.engine.rehearsing import rehearsed
from worlds import environment, tubes

if TYPE_CHECKING:
    from tapdb_ctl.core.plan import Plan
    from worlds import World

STATE = "SELECT (SELECT count(*) FROM generic_template), (SELECT count(*) FROM tapdb_ledger)"


def rehearse(world: World, plan: Plan) -> list[str]:
    with world.providers() as (database, postgres):
        return [f.code for f in rehearsed(plan, Live({Phase.DATABASE: database}, postgres), Entry("me", "0")).findings]


def test_nothing_of_it_stays(world: World) -> None:
    world.converge(environment(*tubes(1)))
    before = world.sql(STATE)
    plan = world.plan(environment(*tubes(3)))
    assert rehearse(world, plan) == ["PLN033"]
    assert world.sql(STATE) == before
    world.apply(plan)


def test_it_finds_what_only_the_database_knows(world: World) -> None:
    world.converge(environment(*tubes(1)))
    world.sql("""
        CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.name := upper(NEW.name); RETURN NEW; END $$;
        CREATE TRIGGER shout BEFORE INSERT ON generic_template FOR EACH ROW EXECUTE FUNCTION shout()
    """)
    with pytest.raises(Exception, match="PLN031"):
        rehearse(world, world.plan(environment(*tubes(2))))


def test_nothing_to_do_is_not_rehearsed(world: World) -> None:
    world.converge(environment(*tubes(1)))
    assert rehearse(world, world.plan(environment(*tubes(1)))) == []
