from __future__ import annotations

from strategies import live
from tapdb_ctl.core import guard
from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import Delete, Update
from tapdb_ctl.core.diff import diff
from tapdb_ctl.core.plan import PlannedChange
from tapdb_ctl.core.resource import Resource
from tapdb_ctl.core.step import Sql, Step
from worlds import environment, template, tubes


def test_kinds_are_counted_and_named() -> None:
    planned = [PlannedChange(Delete(tube), ()) for tube in tubes(2)]
    (finding,) = guard.refused(planned, (), frozenset())
    assert finding.detail == "2 templates would be destroyed"
    assert finding.hint.endswith("--allow-destroy template")
    assert guard.refused(planned, (), frozenset({"template"})) == ()


def test_a_step_that_rewrites_a_table_asks_for_itself() -> None:
    step = Step("copy it", Sql("ALTER TABLE t SET LOGGED"), consent=guard.REWRITE)
    planned = [PlannedChange(Update(tube, tube), (step, step)) for tube in tubes(2)]
    (finding,) = guard.refused(planned, (), frozenset({"template"}))
    assert finding.detail == "2 tables would be rewritten under lock"
    assert guard.refused(planned, (), frozenset({"rewrite"})) == ()


def test_a_database_object_is_asked_for_by_its_own_kind() -> None:
    column = Resource(Address("schema", "column/generic_instance.colour"), {})
    (finding,) = guard.refused([PlannedChange(Delete(column), ())], (), frozenset({"schema"}))
    assert finding.hint.endswith("--allow-destroy column")


def test_a_retired_template_does_not_fill_a_catalogue() -> None:
    found = live([*tubes(2), template("c/t/old/1", is_deleted=True)])
    desired = environment()
    changes = diff(desired, found).changes
    assert [f.code for f in guard.inspect(changes, found, protect=False)] == ["PLN012"]


def test_a_new_version_keeps_a_catalogue_from_being_empty() -> None:
    found = live([template("c/t/s/1.0")])
    changes = diff(environment(template("c/t/s/2.0")), found).changes
    assert guard.inspect(changes, found, protect=False) == ()
