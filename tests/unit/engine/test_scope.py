from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tapdb_ctl.core.resource import Desired, Live
from tapdb_ctl.engine import planning
from tapdb_ctl.engine.scoping import Scope
from tapdb_ctl.errors import TapdbError
from worlds import environment, template, tubes

if TYPE_CHECKING:
    from tapdb_ctl.core.change import Change

DESIRED = environment(*tubes(2), template("container/plate/p/1.0", prefix="PX"))


class Empty:
    """A provider of everything, with nothing there; the fake beside the port."""

    types = frozenset({"schema", "identity", "prefix", "template"})

    def completed(self, desired: Desired) -> Desired:
        return desired

    def inspect(self, _: Desired) -> Live:
        return Live()

    def steps(self, _: Change) -> tuple[()]:
        return ()


def planned(**scope: tuple[str, ...]) -> set[str]:
    plan = planning.plan(DESIRED, [Empty()], Scope(**scope))
    return {str(p.change.address) for p in plan.changes}


def test_a_target_brings_what_it_needs_and_nothing_else() -> None:
    assert planned(targets=("template.container/plate/*",)) == {
        "schema.baseline",
        "identity.audit_log",
        "prefix.PX",
        "template.container/plate/p/1.0",
    }


def test_an_exclusion_takes_its_dependants_along() -> None:
    left = planned(excludes=("prefix.CX",))
    assert "template.container/plate/p/1.0" in left
    assert not {address for address in left if "tube" in address or address == "prefix.CX"}


def test_a_pattern_without_a_match_is_an_error() -> None:
    with pytest.raises(TapdbError, match=r"PLN020.*template\.nope"):
        planned(targets=("template.nope",))
