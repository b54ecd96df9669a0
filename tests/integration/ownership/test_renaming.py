"""`renamed_from`: another code in place; the row, its EUID and what was made from it stay."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import RENAMED, Create, Update, reason
from tapdb_ctl.core.policy import Policy
from tapdb_ctl.core.violations import violations
from tapdb_ctl.views.changes import block
from tapdb_ctl.views.text import PLAIN
from worlds import environment, indexed, template

if TYPE_CHECKING:
    from tapdb_ctl.core.resource import Resource
    from worlds import World

NOW = datetime(2026, 1, 1, tzinfo=UTC)
INSERT = """
    INSERT INTO generic_instance
           (name, polymorphic_discriminator, category, type, subtype, version, template_uuid, bstatus)
    SELECT 'i' || n, 'x', category, type, subtype, version, uuid, 'active'
      FROM generic_template, generate_series(1, 3) AS n
"""
OLD, NEW = "container/tube/old/1.0", "vessel/tube/new/2.0"
CODES = "SELECT category || '/' || type || '/' || subtype || '/' || version FROM"


def renamed(**changed: Any) -> Resource:
    return replace(template(NEW, **changed), renamed_from=Address("template", OLD))


@pytest.fixture
def lived_in(each_world: World) -> World:
    each_world.converge(environment(template(OLD)))
    each_world.sql(INSERT)
    return each_world


def test_everything_stays_but_the_code(lived_in: World) -> None:
    euid = lived_in.value("SELECT euid FROM generic_template")
    plan = lived_in.plan(environment(renamed()))
    (change,) = [planned.change for planned in plan.changes]
    assert (type(change), reason(change), plan.summary.changes) == (Update, RENAMED, 1)

    lived_in.apply(plan)

    assert lived_in.sql("SELECT euid, subtype FROM generic_template") == [(euid, "new")]
    assert lived_in.sql(f"{CODES} generic_instance") == [(NEW,)] * 3
    assert lived_in.sql("SELECT address FROM tapdb_ownership") == [(f"template.{NEW}",)]
    assert lived_in.sql("SELECT previous_address, reason FROM tapdb_ledger_change WHERE reason IS NOT NULL") == [
        (f"template.{OLD}", RENAMED)
    ]
    assert not lived_in.plan(environment(renamed())).changes
    assert not lived_in.plan(environment(template(NEW))).changes


def test_it_may_change_at_the_same_time(lived_in: World) -> None:
    desired = environment(renamed(name="other", json_addl={"properties": {}}))
    lived_in.converge(desired)
    assert lived_in.sql("SELECT subtype, name FROM generic_template") == [("new", "other")]
    assert not lived_in.plan(desired).changes


def test_a_saved_renaming_is_the_same(lived_in: World) -> None:
    plan = lived_in.reread(lived_in.plan(environment(renamed())))
    lived_in.apply(plan)
    assert not lived_in.plan(environment(renamed())).changes


def test_a_hand_edit_in_between_makes_it_stale(lived_in: World) -> None:
    plan = lived_in.plan(environment(renamed()))
    lived_in.sql("UPDATE generic_template SET name = 'edited'")
    with pytest.raises(Exception, match=f"PLN030.*{OLD}"):
        lived_in.apply(plan)
    assert lived_in.value("SELECT subtype FROM generic_template") == "old"


def test_a_taken_code_is_an_error(world: World) -> None:
    world.converge(environment(template(OLD), template(NEW)))
    plan = world.plan(environment(renamed()))
    assert [f.code for f in plan.errors] == ["PLN005"]
    world.converge(environment(template(OLD)), "template")
    assert [f.code for f in world.plan(environment(renamed())).errors] == ["PLN005"]


def test_what_others_put_there_since_does_not_matter(lived_in: World) -> None:
    lived_in.converge(environment(renamed()))
    lived_in.converge(environment(template(OLD, owner="theirs")))
    plan = lived_in.plan(environment(renamed()))
    assert (plan.changes, plan.errors) == ((), ())


def test_no_instance_is_left_behind_by_one_who_inserts_meanwhile(lived_in: World) -> None:
    plan = lived_in.plan(environment(renamed()))
    with lived_in.connection() as busy, busy.cursor() as cursor, ThreadPoolExecutor() as pool:
        cursor.execute(INSERT)
        applying = pool.submit(lived_in.apply, plan)
        with suppress(TimeoutError):
            applying.result(timeout=0.7)
        busy.commit()
        applying.result(timeout=30)
    assert lived_in.sql(f"SELECT DISTINCT code FROM ({CODES} generic_instance) AS c (code)") == [(NEW,)]


def test_a_renaming_that_takes_over_says_both(world: World) -> None:
    world.converge(environment(template(OLD, owner="theirs")))
    plan = world.plan(replace(environment(renamed()), force=True))
    (planned,) = plan.changes
    assert (reason(planned.change), plan.summary.imports) == (RENAMED, 1)
    assert "; taken over from catalogue theirs" in "".join(block(planned, PLAIN))
    assert [f.code for f in violations(plan.changes, Policy(forbid=("import",)), NOW)] == ["POL004"]
    assert [f.code for f in violations(plan.changes, Policy(forbid=(f"update template.{OLD}",)), NOW)] == ["POL004"]


def test_without_a_former_one_it_is_made(world: World) -> None:
    plan = world.plan(environment(renamed()))
    assert [type(p.change) for p in plan.changes if p.change.address.type == "template"] == [Create]


def test_others_are_not_renamed(world: World) -> None:
    world.converge(environment(template(OLD, owner="theirs")))
    plan = world.plan(environment(renamed()))
    assert ([f.code for f in plan.errors], plan.changes) == (["PLN002"], ())


def test_indexes_follow_their_template(lived_in: World) -> None:
    lived_in.converge(environment(template(OLD), indexes=[indexed(OLD, "properties.volume", "numeric")]))
    desired = environment(renamed(), indexes=[indexed(NEW, "properties.volume", "numeric")])
    lived_in.converge(desired, "index")
    assert not lived_in.plan(desired).changes
