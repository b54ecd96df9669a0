"""Who changed a row, and when: everybody but the applies, whatever became of clocks and transaction numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from roles import DECLARED, READER, as_role, make_roles
from tapdb_ctl.core.attribution import Cause
from tapdb_ctl.engine import planning
from tapdb_ctl.engine.scoping import Scope
from tapdb_ctl.providers.postgres.session import Session
from worlds import World, environment, template, tubes

if TYPE_CHECKING:
    from tapdb_ctl.core.attribution import Attribution, Touch

TUBES = environment(*tubes(2))
RENAMED = environment(*tubes(2, name="renamed"))


def edit(world: World, who: str, change: str, subtype: str = "t0") -> None:
    world.sql(
        f"SET session.current_username = '{who}'; UPDATE generic_template SET {change} WHERE subtype = '{subtype}'"
    )


def attributions(world: World) -> dict[str, Attribution]:
    templates = (p for p in world.plan(TUBES).changes if p.change.address.type == "template")
    return {p.change.address.name.split("/")[2]: p.attribution for p in templates if p.attribution}


def touches(world: World) -> list[tuple[str, tuple[str, ...]]]:
    """By whom and what, of the first template, which differs."""
    return [(touch.by, touch.what) for touch in attributions(world)["t0"].touches]


def test_it_is_told_who_changed_which_columns_and_when(each_world: World) -> None:
    each_world.converge(TUBES)
    edit(each_world, "jane", "bstatus = 'odd', name = 'Odd'")
    each_world.sql("DELETE FROM generic_template WHERE subtype = 't1'")
    found = attributions(each_world)
    (jane,), (superuser,) = found["t0"].touches, found["t1"].touches
    assert (jane.by, jane.what) == ("jane", ("bstatus", "name"))
    assert (superuser.by, superuser.what) == (each_world.server.user, ("is_deleted",))
    assert recent(jane)
    assert recent(superuser)


def recent(touch: Touch) -> bool:
    return abs((datetime.now(UTC) - datetime.fromisoformat(touch.at)).total_seconds()) < 60


def test_applies_are_never_told_of(world: World) -> None:
    world.converge(TUBES)
    edit(world, "before", "bstatus = 'odd'")
    world.converge(RENAMED)
    world.converge(environment(*tubes(3, name="renamed")))
    edit(world, "jane", "name = 'mine'")
    assert touches(world) == [("jane", ("name",))]


@pytest.mark.parametrize(
    "twist",
    [
        "applied_at = applied_at - interval '1 hour'",  # the clock was set back during the apply
        "transaction_id = '7'",  # the log was restored, or its rows are so old that their numbers came again
    ],
)
def test_neither_clock_nor_transaction_number_is_trusted_alone(world: World, twist: str) -> None:
    world.converge(TUBES)
    world.sql(f"ALTER TABLE tapdb_ledger DISABLE TRIGGER USER; UPDATE tapdb_ledger SET {twist}")
    world.sql("ALTER TABLE tapdb_ledger ENABLE TRIGGER USER")
    edit(world, "jane", "name = 'mine'")
    assert touches(world) == [("jane", ("name",))]


def test_frozen_rows_are_told_of_as_before(world: World) -> None:
    world.converge(TUBES)
    edit(world, "jane", "name = 'mine'")
    with world.connection() as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("VACUUM (FREEZE, FULL) audit_log")
    assert touches(world) == [("jane", ("name",))]


def test_a_row_made_anew_by_hand_was_inserted(world: World) -> None:
    world.converge(TUBES)
    world.sql("ALTER TABLE generic_template DISABLE TRIGGER soft_delete_generic_template")
    world.sql("WITH gone AS (DELETE FROM generic_template WHERE subtype = 't0' RETURNING 1) SELECT count(*) FROM gone")
    world.sql("ALTER TABLE generic_template ENABLE TRIGGER soft_delete_generic_template")
    world.sql(
        "SET session.current_username = 'jane';"
        " INSERT INTO generic_template (name, polymorphic_discriminator, category, type, subtype, version,"
        " instance_prefix, bstatus) VALUES ('x', 'y', 'container', 'tube', 't0', '1.0', 'CX', 'a')"
    )
    assert touches(world) == [("jane", ())]


def test_only_the_last_five_are_told(world: World) -> None:
    world.converge(TUBES)
    for number in range(7):
        edit(world, f"user {number}", f"name = 'n{number}'")
    assert len(touches(world)) == 5


@pytest.mark.parametrize(
    "damage",
    [
        "ALTER TABLE audit_log DROP COLUMN changed_by",
        "ALTER TABLE audit_log ALTER changed_at DROP DEFAULT, ALTER changed_at TYPE text",
    ],
)
def test_a_damaged_log_tells_nobody(world: World, damage: str) -> None:
    world.converge(TUBES)
    edit(world, "jane", "name = 'mine'")
    world.sql(damage)
    assert attributions(world)["t0"].cause is Cause.DRIFT
    assert touches(world) == []


def test_a_role_that_may_only_read_is_told_and_one_that_may_not_read_the_log_is_not(world: World) -> None:
    make_roles(world, *DECLARED.roles)
    world.converge(DECLARED)
    edit(world, "jane", "name = 'mine'")
    reader = as_role(world, READER)
    assert touches(reader) == [("jane", ("name",))]
    world.sql(f"REVOKE SELECT ON audit_log FROM {READER}")
    assert attributions(reader)["t0"].cause is Cause.DRIFT
    assert touches(reader) == []


def test_an_apply_in_between_changes_nothing_of_what_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read after the comparison is read as of the comparison."""
    world.converge(TUBES)
    edit(world, "jane", "name = 'mine'")
    with world.providers() as (database, postgres):
        original = postgres.inspect

        def inspect(desired: object) -> object:
            found = original(desired)  # type: ignore[arg-type]
            world.converge(TUBES)
            edit(world, "later", "name = 'other'")
            return found

        monkeypatch.setattr(postgres, "inspect", inspect)
        plan = planning.plan(TUBES, (database, postgres), Scope(), postgres)
    (planned,) = plan.changes
    assert planned.attribution
    assert planned.attribution.cause is Cause.DRIFT
    assert [touch.by for touch in planned.attribution.touches] == ["jane"]


def test_the_log_is_asked_only_where_something_drifted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    original = Session.tried

    def tried(session: Session, sql: str, *args: object, **named: object) -> object:
        asked.append(sql)
        return original(session, sql, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "tried", tried)
    world.converge(TUBES)
    asked.clear()
    world.plan(TUBES)
    assert asked == []
    world.plan(environment(template("container/tube/t0/1.0", name="new"), *tubes(2)[1:]))
    assert not any("audit_log" in sql for sql in asked)
    asked.clear()
    world.sql("UPDATE generic_template SET name = 'odd'")
    assert len(world.plan(TUBES).changes) == 2
    assert len([sql for sql in asked if "audit_log" in sql]) == 1
