"""What changes hands: adopted, moved, taken over; and nothing without being asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tapdb_ctl.core.change import ADOPTED, MOVED, TAKEN_OVER, Adopt, Update, reason
from worlds import environment, template, tubes

if TYPE_CHECKING:
    from tapdb_ctl.core.plan import Plan
    from worlds import World

CODE = "container/tube/t0/1.0"
ENTRY = (
    "SELECT action, reason, catalog, previous_catalog FROM tapdb_ledger_change"
    " WHERE address LIKE 'template.%%' ORDER BY ledger_id DESC, ordinal LIMIT 1"
)


@pytest.fixture
def orphaned(world: World) -> World:
    """Two templates that nobody owns any more, with the audit of how they came."""
    world.converge(environment(*tubes(2)))
    world.sql("DELETE FROM tapdb_ownership")
    return world


def rows(world: World) -> list[tuple[Any, ...]]:
    return world.sql("SELECT euid, xmin::text, name FROM generic_template ORDER BY euid")


def kinds(plan: Plan) -> list[tuple[type, str | None]]:
    return [(type(planned.change), reason(planned.change)) for planned in plan.changes]


def owner(world: World, code: str = CODE) -> str:
    found: str = world.value("SELECT catalog FROM tapdb_ownership WHERE address = %s", f"template.{code}")
    return found


def test_an_import_stanza_adopts_without_touching_a_row(orphaned: World) -> None:
    before = rows(orphaned)
    desired = replace(environment(*tubes(2)), imports=("template.container/*",))
    plan = orphaned.plan(desired)

    assert kinds(plan) == [(Adopt, ADOPTED), (Adopt, ADOPTED)]
    assert (plan.summary.imports, plan.summary.changes) == (2, 0)
    orphaned.apply(plan)
    assert rows(orphaned) == before
    assert owner(orphaned) == "lab"
    assert not orphaned.plan(desired).changes
    assert orphaned.sql(ENTRY, ()) == [("import", ADOPTED, "lab", None)]


def test_what_is_adopted_may_be_updated_at_the_same_time(orphaned: World) -> None:
    desired = replace(environment(*tubes(2, name="new")), imports=("*",))
    plan = orphaned.plan(desired)
    assert kinds(plan) == [(Update, ADOPTED), (Update, ADOPTED)]
    assert (plan.summary.imports, plan.summary.changes) == (2, 2)
    orphaned.apply(plan)
    assert not orphaned.plan(desired).changes


def test_an_import_takes_things_as_they_are(orphaned: World) -> None:
    before = rows(orphaned)
    different = environment(*tubes(2, name="new"))
    plan = orphaned.adoption(different, f"template.{CODE}")
    assert kinds(plan) == [(Adopt, ADOPTED)]
    orphaned.apply(plan)
    assert rows(orphaned) == before
    (after,) = orphaned.plan(different).changes
    assert (str(after.change.address), reason(after.change)) == (f"template.{CODE}", None)


def test_a_pattern_that_finds_nothing_says_so(orphaned: World) -> None:
    plan = orphaned.adoption(environment(*tubes(2)), "template.nothing/*")
    assert (plan.changes, [f.code for f in plan.findings]) == ((), ["PLN006"])


def test_templates_move_between_the_catalogues_of_an_environment(world: World) -> None:
    world.converge(environment(*tubes(1), template("a/b/keep/1", owner="core")))
    moved = environment(template(CODE, owner="core"), template("a/b/keep/1", owner="core"), template("a/b/c/1"))
    plan = world.plan(moved)
    assert (Adopt, MOVED) in kinds(plan)
    world.apply(plan)
    assert owner(world) == "core"
    assert not world.plan(moved).changes


def test_force_takes_over_and_the_ledger_tells(world: World) -> None:
    world.converge(environment(*tubes(1)))
    theirs = replace(environment(template(CODE, owner="other")), force=True)
    plan = world.plan(theirs)
    assert kinds(plan) == [(Adopt, TAKEN_OVER)]
    world.apply(plan)
    assert owner(world) == "other"
    assert world.sql(ENTRY, ()) == [("import", TAKEN_OVER, "other", "lab")]
    assert [f.code for f in world.plan(environment(*tubes(1))).errors] == ["PLN002"]


def test_protection_survives_a_take_over(world: World) -> None:
    world.converge(environment(template(CODE, protected=True)))
    world.converge(replace(environment(template(CODE, owner="other"), template("a/b/c/1", owner="other")), force=True))
    gone = world.plan(environment(template("a/b/c/1", owner="other")))
    assert [f.code for f in gone.errors] == ["PLN011"]


def test_adoption_is_part_of_a_saved_plan(orphaned: World) -> None:
    desired = replace(environment(*tubes(2)), imports=("*",))
    plan = orphaned.reread(orphaned.plan(desired))
    orphaned.apply(plan)
    assert not orphaned.plan(desired).changes


def test_an_owner_who_appears_in_between_makes_it_stale(orphaned: World) -> None:
    plan = orphaned.plan(replace(environment(*tubes(2)), imports=("*",)))
    orphaned.converge(replace(environment(*tubes(2)), imports=("*",)))
    with pytest.raises(Exception, match="PLN030"):
        orphaned.apply(plan)
