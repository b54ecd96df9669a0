"""Plans as Markdown; tests/property/views holds what no input may do."""

import re
from dataclasses import replace

import pytest

from goldens import assert_golden
from hand_made import EVERY_KIND, GONE, MISTAKE, PLATE, PLATE_AFTER, REPLACED, WARNING, plan_of
from tapdb_ctl.core.change import Create, Delete, Update
from tapdb_ctl.core.grading.kinds import Grade, Kind
from tapdb_ctl.core.plan import Plan, PlannedChange
from tapdb_ctl.core.step import Call, Step
from tapdb_ctl.views import gitlab, human, markdown
from tapdb_ctl.views.fences import fenced
from worlds import template, tubes

GITHUB = 65_536
"""Characters of a comment."""


def of_dev(plan: Plan) -> Plan:
    return replace(plan, target="tapdb_dev.public")


def titles(text: str) -> list[str]:
    """The resources that are shown, as the reader sees them before unfolding."""
    return re.findall("<summary><code>(.*)</code>", text)


def test_every_kind_of_change() -> None:
    plan = of_dev(plan_of(*EVERY_KIND, findings=(WARNING, MISTAKE)))
    assert_golden("views/comment.md", markdown.comment(plan))


def test_what_would_escape_does_not() -> None:
    harm = "```\n</details> --> @everyone #1 https://example.org ``` <script>"
    hostile = template("a/b/``` @all <b>/1", name=harm, json_addl={harm: "````"})
    plan = plan_of(Create(hostile), findings=(replace(WARNING, detail=harm),))
    assert_golden("views/comment_hostile.md", markdown.comment(replace(plan, target="--> <b>")))


def test_no_changes_are_one_sentence() -> None:
    assert markdown.comment(of_dev(plan_of())) == (
        f"<!-- tapdb-plan: dev tapdb_dev.public -->\n## Plan for `dev`: no changes\n\n{human.UNCHANGED}\n"
    )


def test_what_risks_most_comes_first() -> None:
    loses = PlannedChange(EVERY_KIND[1], (Step("drop the column", Call("x"), data_loss=True),))
    plan = plan_of(Create(template("a/b/new/1")), Update(PLATE, PLATE_AFTER), Delete(GONE))
    breaks = PlannedChange(Update(GONE, GONE), (), Grade(Kind.BREAKING))
    plan = replace(plan, changes=(*plan.changes, loses, PlannedChange(REPLACED, ()), breaks))
    text = markdown.comment(plan)
    assert [title.split()[0] for title in titles(text)] == ["-", "+", "-/+", "~", "~", "+"]
    assert text.count("<details open>") == 5
    assert "\n!       drop the column: data will be lost\n" in text


def test_a_large_plan_is_shortened_and_says_so() -> None:
    plan = plan_of(*map(Create, tubes(2_000)), Update(PLATE, PLATE_AFTER), Delete(GONE))
    text = markdown.comment(plan)
    assert len(markdown.plan(plan, 10**7)) > GITHUB * 4
    assert 0.9 * GITHUB < len(text.encode()) < GITHUB
    shown = titles(text)
    assert [title.split()[0] for title in shown[:3]] == ["-", "~", "+"]
    left = 2_002 - len(shown)
    note = f"> Shortened: {left:,} of 2,002 resources left out ({left:,} will be created)."
    assert note in text[:500]
    assert "Plan for `dev`: 2000 to add, 1 to change, 1 to destroy" in text


def test_bytes_are_what_counts() -> None:
    text = markdown.comment(plan_of(*map(Create, tubes(200, name="\U0001d54f" * 90))))
    assert len(text.encode()) < GITHUB
    assert "Shortened: " in text


def test_one_resource_does_not_keep_the_others_out() -> None:
    endless = template("a/b/c/1", json_addl={f"{number}{'k' * 9_000}": 1 for number in range(30)})
    text = markdown.comment(plan_of(Delete(endless), Update(PLATE, PLATE_AFTER)))
    assert len(titles(text)) == 2
    assert "more lines)" in text


def test_many_findings_leave_room() -> None:
    many = [replace(WARNING, detail=f"{number} {'d' * 900}") for number in range(100)]
    text = markdown.comment(plan_of(*map(Create, tubes(3)), findings=(*many, MISTAKE)))
    assert len(text.encode()) < GITHUB / 2
    assert "**1 error, 100 warnings**" in text
    assert text.index("error[TPL012]") < text.index("warning[PLN003]")
    assert len(titles(text)) == 3


@pytest.mark.parametrize("line", ["a\n```\nb", "```", "a\r\n~~~", "`" * 20])
def test_no_line_ends_a_fence(line: str) -> None:
    first, *inside, last = fenced("text", [line]).split("\n")
    assert (first, len(inside)) == (f"{last}text", 1)
    assert last not in inside[0]


def test_gitlab_counts_no_imports_and_a_replacement_twice() -> None:
    plan = plan_of(*EVERY_KIND)
    assert gitlab.report(plan) == '{"create": 3, "update": 2, "delete": 1}'
    replaced = replace(plan, changes=(*plan.changes, PlannedChange(REPLACED, ())))
    assert gitlab.report(replaced) == '{"create": 4, "update": 2, "delete": 2}'
