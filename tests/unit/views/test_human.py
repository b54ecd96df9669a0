import pytest

from goldens import assert_golden
from hand_made import EVERY_KIND, GONE, MISTAKE, REPLACED, WARNING, plan_of
from tapdb_ctl.core.change import Create, Delete
from tapdb_ctl.core.guard import REWRITE
from tapdb_ctl.core.plan import PlannedChange, Summary
from tapdb_ctl.core.step import Call, Phase, Sql, Step
from tapdb_ctl.views import human
from tapdb_ctl.views.changes import LINES, block
from tapdb_ctl.views.text import PLAIN, Paint
from worlds import template, tubes


def text(lines: object) -> str:
    return "".join(f"{line}\n" for line in lines)  # type: ignore[attr-defined]


def test_every_kind_of_change() -> None:
    assert_golden("views/plan.txt", text(human.lines(plan_of(*EVERY_KIND, findings=(WARNING, MISTAKE)), PLAIN)))


def test_colours() -> None:
    assert_golden("views/plan_in_colour.txt", text(human.lines(plan_of(*EVERY_KIND[1:2]), Paint(colour=True))))


def test_a_replacement_says_what_forces_it_and_what_is_lost() -> None:
    planned = PlannedChange(REPLACED, (Step("drop the cluster", Call("x"), data_loss=True),))
    assert_golden("views/replacement.txt", text(block(planned, PLAIN)))


def test_steps_that_lock_or_follow_are_told() -> None:
    steps = (
        Step("log table t", Sql("x"), tables=("t",), consent=REWRITE),
        Step("build index i", Sql("x"), Phase.CONCURRENT),
        Step("comment on t", Sql("x")),
    )
    (created, *_) = tubes(1)
    assert list(block(PlannedChange(Create(created, "online"), steps), PLAIN))[-2:] == [
        "      ! log table t: copies t while nobody may use it",
        "      ! build index i: follows the transaction, and lets others write",
    ]


def test_no_changes_is_one_line() -> None:
    assert list(human.lines(plan_of(), PLAIN)) == ["No changes. Your infrastructure matches the configuration."]


def test_errors_are_no_match_and_say_so() -> None:
    lines = list(human.lines(plan_of(findings=(WARNING, MISTAKE)), PLAIN))
    assert lines[-1] == "This plan cannot be applied until its errors are resolved."
    assert human.UNCHANGED not in lines
    assert list(human.lines(plan_of(findings=(WARNING,)), PLAIN))[-1] == human.UNCHANGED


def test_imports_come_first_and_only_when_there_are_any() -> None:
    assert human.numbers(Summary(0, 1, 2, 3)) == "1 to add, 2 to change, 3 to destroy"
    assert human.numbers(Summary(4, 1, 2, 3)) == "4 to import, 1 to add, 2 to change, 3 to destroy"


def test_quiet_leaves_findings_consent_and_numbers() -> None:
    lines = list(human.summary(plan_of(Delete(GONE), findings=(WARNING,)), PLAIN))
    assert lines[0].startswith("warning[PLN003]")
    assert "1 template would be destroyed: apply asks for --allow-destroy template." in lines
    assert lines[-1] == "Plan: 0 to add, 0 to change, 1 to destroy."


def test_many_creations_are_counted_and_a_destruction_among_them_is_shown() -> None:
    changes = (*map(Create, tubes(10_000)), Delete(GONE))
    lines = list(human.lines(plan_of(*changes), PLAIN))
    assert "  # and 9,950 more templates will be created" in lines
    assert any("tapdb plan -e dev --out FILE, then tapdb show FILE" in line for line in lines)
    assert "  # template.container/tube/gone/1.0 will be destroyed" in lines
    assert lines[-1] == "Plan: 10000 to add, 0 to change, 1 to destroy."
    assert len(lines) < 1_000


def test_without_a_limit_all_are_shown() -> None:
    lines = list(human.lines(plan_of(*map(Create, tubes(60))), PLAIN, limit=None))
    assert sum(line.endswith("will be created") for line in lines) == 60


def test_a_block_has_an_end() -> None:
    large = template("a/b/c/1", json_addl={"properties": {f"key {i}": "v" * 90 for i in range(1_000)}})
    lines = list(block(plan_of(Create(large)).changes[0], PLAIN))
    assert len(lines) == LINES + 3
    assert "more lines" in lines[-1]


@pytest.mark.parametrize("nasty", ["\x1b[2J", "\x9b2J", "\x07", "a\rb", "\u202eabc", "\u2028"])
def test_no_control_character_reaches_the_terminal(nasty: str) -> None:
    hostile = template("a/b/c/1", name=nasty, json_addl={nasty: nasty})
    shown = text(human.lines(plan_of(Create(hostile)), PLAIN))
    assert not set(nasty) & {"\x1b", "\x9b", "\x07", "\r", "\u202e", "\u2028"} & set(shown)
