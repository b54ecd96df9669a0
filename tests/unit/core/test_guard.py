from __future__ import annotations

from strategies import live
from tapdb_ctl.core import guard
from tapdb_ctl.core.change import Delete
from tapdb_ctl.core.diff import diff
from worlds import environment, template, tubes


def test_kinds_are_counted_and_named() -> None:
    changes = [Delete(tube) for tube in tubes(2)]
    (finding,) = guard.refused(changes, (), frozenset())
    assert finding.detail == "2 templates would be destroyed"
    assert finding.hint.endswith("--allow-destroy template")
    assert guard.refused(changes, (), frozenset({"template"})) == ()


def test_a_retired_template_does_not_fill_a_catalogue() -> None:
    found = live([*tubes(2), template("c/t/old/1", is_deleted=True)])
    desired = environment()
    changes = diff(desired, found).changes
    assert [f.code for f in guard.inspect(changes, found, protect=False)] == ["PLN012"]


def test_a_new_version_keeps_a_catalogue_from_being_empty() -> None:
    found = live([template("c/t/s/1.0")])
    changes = diff(environment(template("c/t/s/2.0")), found).changes
    assert guard.inspect(changes, found, protect=False) == ()
