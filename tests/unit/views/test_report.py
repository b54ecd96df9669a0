from goldens import assert_golden
from hand_made import DATABASE, plan_of
from tapdb_ctl.core.change import Create
from tapdb_ctl.core.plan import Summary
from tapdb_ctl.core.report import Outcome, Receipt, Report
from tapdb_ctl.core.step import Phase
from tapdb_ctl.views import report
from tapdb_ctl.views.text import PLAIN
from worlds import template

PLAN = plan_of(Create(DATABASE), Create(template("a/b/c/1")))


def text(*receipts: Receipt) -> str:
    return "".join(f"{line}\n" for line in report.failure(PLAN, receipts, "tapdb apply -e dev", PLAIN))


def test_the_last_line_is_terraforms() -> None:
    assert report.complete(Report(Summary(0, 1, 2, 3))) == "Apply complete! Resources: 1 added, 2 changed, 3 destroyed."
    assert report.complete(Report(Summary(4))).startswith("Apply complete! Resources: 4 imported, 0 added,")


def test_a_failure_says_what_is_in_place_in_doubt_and_not_reached() -> None:
    shown = [
        text(Receipt(Phase.DATABASE, Outcome.NOT_APPLIED, 0.2)),
        text(Receipt(Phase.DATABASE, Outcome.APPLIED, 0.2), Receipt(Phase.TRANSACTION, Outcome.NOT_APPLIED, 1)),
        text(Receipt(Phase.DATABASE, Outcome.APPLIED, 0.2), Receipt(Phase.TRANSACTION, Outcome.IN_DOUBT, 61.25)),
    ]
    assert_golden("views/failures.txt", "\n".join(shown))
