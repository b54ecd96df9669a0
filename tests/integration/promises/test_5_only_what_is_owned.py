"""Promise 5: only what tapdb owns is ever deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tapdb_ctl.core.change import Update
from tapdb_ctl.engine.applying import PhaseError
from tapdb_ctl.errors import RefusedError, Severity
from worlds import environment, template, tubes

if TYPE_CHECKING:
    from worlds import World

LIVE = "SELECT array_agg(subtype ORDER BY subtype) FROM generic_template WHERE NOT is_deleted"


def test_pruning_leaves_what_is_not_ours(each_world: World) -> None:
    theirs = template("container/rack/theirs/1.0", owner="theirs")
    each_world.converge(environment(*tubes(2)))
    each_world.converge(environment(theirs))
    each_world.sql(
        "INSERT INTO generic_template (name, polymorphic_discriminator, category, type, subtype, version,"
        " instance_prefix, bstatus, is_singleton) VALUES ('x', 'y', 'by', 'hand', 'nobodys', '1', 'CX', 'a', false)"
    )

    report = each_world.converge(environment(*tubes(1)), "template")

    assert report.summary.destroys == 1
    assert each_world.value(LIVE) == ["nobodys", "t0", "theirs"]


def test_claiming_what_another_catalogue_owns_is_an_error(world: World) -> None:
    world.converge(environment(*tubes(1)))
    plan = world.plan(environment(template("container/tube/t0/1.0", owner="other", name="stolen")))
    assert [(f.code, f.address) for f in plan.errors] == [("PLN002", "template.container/tube/t0/1.0")]
    with pytest.raises(RefusedError, match="owned by catalogue lab"):
        world.apply(plan)


def test_claiming_what_nobody_owns_is_an_error(world: World) -> None:
    world.converge(environment(*tubes(1)))
    world.sql("DELETE FROM tapdb_ownership")
    assert [f.code for f in world.plan(environment(*tubes(1))).errors] == ["PLN001"]


def test_protection_outlives_its_block(world: World) -> None:
    world.converge(environment(template("container/tube/t0/1.0", protected=True), *tubes(2)[1:]))
    assert world.plan(environment(*tubes(2))).changes == ()
    gone = environment(*tubes(2)[1:])
    with pytest.raises(RefusedError, match="PLN011"):
        world.converge(gone, "template", "catalog")

    lifted = world.plan(environment(template("container/tube/t0/1.0", protected=False), *tubes(2)[1:]))
    assert [str(p.change.address) for p in lifted.changes] == ["template.container/tube/t0/1.0"]
    world.apply(lifted)
    assert world.converge(gone, "template").summary.destroys == 1


def test_guards_do_not_come_from_the_plan_alone(world: World) -> None:
    """A plan file could have lost them; what is live decides again, under lock."""
    world.converge(environment(template("container/tube/t0/1.0", protected=True), *tubes(2)[1:]))
    plan = replace(world.plan(environment(*tubes(2)[1:])), guards=())
    with pytest.raises(PhaseError, match="PLN011"):
        world.apply(plan, "template")
    assert world.value(LIVE) == ["t0", "t1"]


def test_a_forged_before_is_stale(world: World) -> None:
    world.converge(environment(*tubes(1)))
    plan = world.plan(environment(*tubes(1, name="new")))
    (planned,) = plan.changes
    assert isinstance(planned.change, Update)
    before = planned.change.before
    forged = replace(before, attributes={**before.attributes, "bstatus": "forged"})
    change = replace(planned.change, before=forged)
    with pytest.raises(PhaseError, match="PLN030"):
        world.apply(replace(plan, changes=(replace(planned, change=change),)))


def test_what_others_own_is_mentioned(world: World) -> None:
    world.converge(environment(template("container/rack/theirs/1.0", owner="theirs")))
    findings = world.plan(environment(*tubes(1))).findings
    assert [(f.code, f.severity) for f in findings] == [("PLN004", Severity.INFO)]


def test_a_row_deleted_by_hand_can_move_to_another_catalogue(world: World) -> None:
    both = (template("a/b/keep/1", owner="core"), *tubes(1))
    world.converge(environment(*both, *tubes(2)[1:]))
    world.sql("UPDATE generic_template SET is_deleted = true WHERE subtype = 't1'")
    moved = environment(*both, template("container/tube/t1/1.0", owner="core"))
    assert world.converge(moved).summary.changes == 1
    assert world.value("SELECT catalog FROM tapdb_ownership WHERE address LIKE '%%t1/1.0'", ()) == "core"


def test_destruction_is_asked_for_by_kind(world: World) -> None:
    world.converge(environment(*tubes(3)))
    with pytest.raises(RefusedError, match=r"PLN010.*1 template would be destroyed"):
        world.converge(environment(*tubes(2)))
    with pytest.raises(RefusedError, match=r"PLN012.*all 3 templates"):
        world.converge(environment(), "template")
    assert world.value(LIVE) == ["t0", "t1", "t2"]


def test_a_protected_environment_loses_nothing(world: World) -> None:
    world.converge(environment(*tubes(2), protect=True))
    with pytest.raises(RefusedError, match="PLN011"):
        world.converge(environment(*tubes(1), protect=True), "template")


def test_a_database_of_another_environment_is_refused(world: World) -> None:
    world.converge(environment(*tubes(1)))
    with pytest.raises(Exception, match="PG015"):
        world.plan(environment(*tubes(1), name="prod"))


def test_a_newer_schema_is_refused(world: World) -> None:
    world.converge(environment(*tubes(1)))
    world.sql("UPDATE tapdb_meta SET schema_version = 99")
    with pytest.raises(Exception, match="PG014"):
        world.plan(environment(*tubes(1)))
