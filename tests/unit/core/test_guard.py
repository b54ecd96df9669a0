from __future__ import annotations

from strategies import live
from tapdb_ctl.core import guard
from tapdb_ctl.core.change import Delete
from tapdb_ctl.core.diff import diff
from worlds import environment, template, tubes


def test_kinds_are_counted_and_named() -> None:
    changes = [Delete(tube) for tube in tubes(2)]
    (finding,) = guard.refused(changes, frozenset())
    assert finding.detail == "2 templates would be destroyed"
    assert finding.hint.endswith("--allow-destroy template")
    assert guard.refused(changes, frozenset({"template"})) == ()


def test_a_retired_template_does_not_fill_a_catalogue() -> None:
    found = live([*tubes(2), template("c/t/old/1", is_deleted=True)])
    desired = environment(template("x/y/z/1"))
    changes = diff(desired, found).changes
    assert [f.code for f in guard.inspect(changes, desired, found)] == ["PLN012"]
