"""Each way in which a plan can violate a policy, and the way out that is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import ADOPTED, Adopt, Change, Create, Delete, Replace, Update
from tapdb_ctl.core.grading import grade
from tapdb_ctl.core.impact import Count, Impact
from tapdb_ctl.core.plan import PlannedChange
from tapdb_ctl.core.policy import WORDS, Policy
from tapdb_ctl.core.resource import Resource
from tapdb_ctl.core.step import Sql, Step
from tapdb_ctl.core.violations import FROZEN, MAX_TOLD, violations
from tapdb_ctl.errors import Finding, Severity
from worlds import template, tubes

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
BEFORE, AFTER = template("c/t/s/1"), template("c/t/s/1", is_singleton=True)
BREAKING, HARMLESS = Update(BEFORE, AFTER), Update(BEFORE, template("c/t/s/1", name="other"))
ADOPTING = replace(HARMLESS, before=replace(HARMLESS.before, owner=None), reason=ADOPTED)


def planned(change: Change, instances: Count | None = None, *steps: Step) -> PlannedChange:
    impact = Impact(instances, Count(0)) if instances else None
    return PlannedChange(change, steps, grade(change), impact)


def judged(*changes: PlannedChange, now: datetime = NOW, **policy: Any) -> list[Finding]:
    return list(violations(changes, Policy(**policy), now))


def codes(*changes: PlannedChange, **policy: Any) -> list[str]:
    return [finding.code for finding in judged(*changes, **policy)]


def test_without_a_policy_everything_is_allowed() -> None:
    assert judged(planned(Delete(BEFORE)), planned(BREAKING, Count(5))) == []


class TestNumbers:
    @pytest.mark.parametrize(("most", "expected"), [(1, ["POL001"]), (2, [])])
    def test_destruction_is_counted(self, most: int, expected: list[str]) -> None:
        gone, replaced = (Delete(each) for each in tubes(1)), Replace(BEFORE, AFTER)
        assert codes(planned(*gone), planned(replaced), planned(HARMLESS), max_destroy=most) == expected

    def test_it_says_how_many_and_which_flag(self) -> None:
        (found,) = judged(*(planned(Delete(tube)) for tube in tubes(1200)), max_destroy=1000)
        assert found.detail == "1,200 would be destroyed, and policy.max_destroy is 1,000"
        assert found.hint.endswith("--allow-destroy policy")
        assert found.severity is Severity.WARNING

    def test_changes_are_counted_but_not_what_is_only_adopted(self) -> None:
        changes = [planned(Create(tube)) for tube in tubes(2)] + [planned(Adopt(BEFORE, BEFORE))]
        assert codes(*changes, max_change=2) == []
        (found,) = judged(*changes, planned(HARMLESS), max_change=2)
        assert (found.code, found.severity) == ("POL002", Severity.ERROR)
        assert found.detail == "3 changes, and policy.max_change is 2"

    def test_none_at_all_may_be_allowed(self) -> None:
        assert codes(planned(Delete(BEFORE)), max_destroy=0, max_change=0) == ["POL001", "POL002"]


class TestVersions:
    @pytest.mark.parametrize(
        ("rule", "instances", "refused"),
        [
            ("never", Count(3), False),
            ("used", Count(3), True),
            ("used", Count(0), False),
            ("used", Count(0, at_least=True), True),
            ("used", None, True),
            ("always", Count(0), True),
        ],
    )
    def test_a_breaking_change_asks_for_another_version(
        self, rule: str, instances: Count | None, *, refused: bool
    ) -> None:
        assert codes(planned(BREAKING, instances), require_version_bump=rule) == ["POL003"] * refused

    def test_it_says_what_breaks_and_for_how_many(self) -> None:
        (found,) = judged(planned(BREAKING, Count(1000, at_least=True)), require_version_bump="used")
        assert found.detail == (
            "template.c/t/s/1, at least 1,000 live instances: is_singleton: one live instance at the most from now on"
        )
        assert (found.address, found.severity) == ("template.c/t/s/1", Severity.ERROR)

    @pytest.mark.parametrize("change", [HARMLESS, Create(BEFORE), Delete(BEFORE)])
    def test_other_changes_ask_for_none(self, change: Change) -> None:
        assert codes(planned(change, Count(3)), require_version_bump="always") == []

    def test_a_new_code_is_no_breaking_change_of_the_old_one_unless_more_changes(self) -> None:
        former = template("c/t/former/1")
        assert codes(planned(Update(former, BEFORE), Count(3)), require_version_bump="always") == []
        assert codes(planned(Update(former, AFTER), Count(3)), require_version_bump="always") == ["POL003"]


class TestForbidden:
    REWRITING = Step("copy it", Sql("ALTER TABLE t SET LOGGED"), consent="rewrite")
    LOSING = Step("drop it", Sql("ALTER TABLE t DROP COLUMN c"), data_loss=True)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (planned(Create(BEFORE)), {"create", "additive"}),
            (planned(HARMLESS), {"update", "compatible"}),
            (planned(BREAKING), {"update", "breaking"}),
            (planned(Delete(BEFORE)), {"delete", "breaking"}),
            (planned(Replace(BEFORE, AFTER)), {"create", "delete", "replace", "breaking"}),
            (planned(Adopt(BEFORE, BEFORE)), {"import", "compatible"}),
            (
                planned(ADOPTING),
                {"update", "import", "compatible"},
            ),
            (planned(HARMLESS, None, REWRITING), {"update", "compatible", "rewrite"}),
            (planned(HARMLESS, None, LOSING), {"update", "compatible", "data_loss"}),
            (planned(Update(*[Resource(Address("prefix", "CX"), {})] * 2)), {"update"}),
        ],
    )
    def test_each_word_means_its_changes(self, change: PlannedChange, words: set[str]) -> None:
        assert {word for word in WORDS if judged(change, forbid=(word,))} == words

    def test_a_pattern_narrows_it(self) -> None:
        changes = [planned(Delete(template(f"{category}/t/s/1"))) for category in ("action", "content")]
        (found,) = judged(*changes, forbid=("delete template.action/*", "delete prefix.*"))
        assert found.address == "template.action/t/s/1"
        assert found.detail == ("template.action/t/s/1 is forbidden by 'delete template.action/*' in policy.forbid")
        assert found.severity is Severity.ERROR

    def test_an_exact_address_is_not_read_as_a_pattern(self) -> None:
        encode = Resource(Address("schema", "function/encode(bigint,text[])"), {})
        assert codes(planned(Create(encode)), forbid=(f"create {encode.address}",)) == ["POL004"]

    def test_many_are_counted(self) -> None:
        found = judged(*(planned(Delete(tube)) for tube in tubes(MAX_TOLD + 5)), forbid=("delete",))
        assert len(found) == MAX_TOLD + 1
        assert (found[-1].detail, found[-1].address) == ("the same of 5 more", None)


class TestFreeze:
    def test_it_ends_by_itself(self) -> None:
        end = NOW + timedelta(days=2)
        (found,) = judged(planned(HARMLESS), freeze=end)
        assert (found.code, found.severity) == (FROZEN, Severity.WARNING)
        assert found.detail == "policy.freeze lets nothing be applied until 2026-07-03 12:00 UTC"
        assert judged(planned(HARMLESS), now=end, freeze=end) == []

    def test_nothing_to_apply_is_not_held_up(self) -> None:
        assert judged(freeze=NOW + timedelta(days=2), max_change=0) == []
