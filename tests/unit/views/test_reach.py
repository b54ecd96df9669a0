"""The lines that tell whom a change touches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from goldens import assert_golden
from hand_made import GONE, PLATE, PLATE_AFTER, plan_of
from tapdb_ctl.core.change import Delete, Update
from tapdb_ctl.core.impact import Count, Impact, Unsatisfied
from tapdb_ctl.views.changes import block
from tapdb_ctl.views.reach import reach
from tapdb_ctl.views.text import PLAIN

UNKNOWN = Count(0, at_least=True)
BREAKING = (
    Unsatisfied("CX-12", "properties.volume", "minimum"),
    Unsatisfied("CX-7A", "properties.wells[3].name", "required"),
    Unsatisfied("CX-9\x1b[2J", "", "type"),
)
IMPACTS = {
    "nothing": Impact(Count(0), Count(0)),
    "one of each": Impact(
        Count(1), Count(1), ("container/plate/p96/1.0",), Count(1), BREAKING[:1], (("CX", Count(1)),)
    ),
    "many": Impact(
        Count(1_200),
        Count(30_000),
        tuple(f"container/plate/p{n}/1.0" for n in range(7)),
        Count(40),
        (*BREAKING, *BREAKING[:2]),
        (("CX", Count(1_100)), ("TX", Count(100))),
    ),
    "not to the end": Impact(
        Count(500, at_least=True),
        Count(20, at_least=True),
        ("a/b/c/1", "a/b/d/1"),
        Count(3, at_least=True),
        BREAKING,
        (("CX", Count(500, at_least=True)),),
    ),
    "not at all": Impact(UNKNOWN, UNKNOWN, ("a/b/c/1",), UNKNOWN, (), (("CX", UNKNOWN),)),
    "edges not at all": Impact(Count(3), UNKNOWN, (), Count(0)),
    "nobody to try": Impact(Count(0), Count(0), (), Count(0)),
    "none refused, not all tried": Impact(Count(3), Count(0), (), UNKNOWN),
}


def test_every_case() -> None:
    lines = [line for case, impact in IMPACTS.items() for line in (f"[{case}]", *reach(impact), "")]
    assert_golden("views/reach.txt", "\n".join(lines))


def test_it_stands_in_the_block() -> None:
    retired, updated = plan_of(Delete(GONE), Update(PLATE, PLATE_AFTER)).changes
    impact = IMPACTS["not to the end"]
    shown = [line for planned in (retired, updated) for line in block(replace(planned, impact=impact), PLAIN)]
    assert_golden("views/reach_in_blocks.txt", "".join(f"{line}\n" for line in shown))


def test_nothing_is_said_where_nothing_was_asked() -> None:
    assert list(reach(None)) == []


@pytest.mark.parametrize("nasty", ["\x1b[2J", "\u202eabc", "a\nb"])
def test_no_control_character_reaches_the_terminal(nasty: str) -> None:
    hostile = Impact(Count(1), Count(1), (nasty,), Count(1), (Unsatisfied(nasty, nasty, nasty),), ((nasty, Count(1)),))
    assert not {"\x1b", "\u202e", "\n"} & set("".join(reach(hostile)))
