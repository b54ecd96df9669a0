"""Sabotages: each takes one mechanism out of tapdb, and the test that guards its promise must then fail.

`pytest --sabotage NAME` runs tests under one; tests/sabotage runs them all. They replace functions from
the outside, so that the product holds no switch. docs/architecture.md lists them beside the promises.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from tapdb_ctl.core.attribution import Past
from tapdb_ctl.core.change import before
from tapdb_ctl.errors import InDoubtError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROMISES = "tests/integration/promises"


@dataclass(frozen=True)
class Sabotage:
    """What is replaced, by what, and the test that must notice."""

    promise: int
    target: str
    replacement: Callable[[Any], Any]
    test: str

    def commit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        module, _, path = self.target.partition(":")
        owner: Any = import_module(module)
        *parents, name = path.split(".")
        for parent in parents:
            owner = getattr(owner, parent)
        monkeypatch.setattr(owner, name, self.replacement(getattr(owner, name)))


def _nothing(_: Any) -> Callable[..., None]:
    return lambda *_args, **_kwargs: None


def _committing(original: Any) -> Any:
    def run_rows(session: Any, *args: Any) -> int:
        touched: int = original(session, *args)
        session.commit()
        session.facts()
        return touched

    return run_rows


def _in_doubt(_: Any) -> Any:
    def resolve(*_args: Any) -> None:
        raise InDoubtError.of("PG030", "sabotaged")

    return resolve


def _everything_is_ours(original: Any) -> Any:
    def query(name: str) -> str:
        text: str = original(name)
        return text.partition(" WHERE o.catalog")[0].replace("o.catalog", "'lab'")

    return query


def _one_by_one(original: Any) -> Any:
    def contents(session: Any, codes: Any) -> Any:
        return {key: value for code in codes for key, value in original(session, [code]).items()}

    return contents


def _spending(original: Any) -> Any:
    @contextmanager
    def reading(session: Any) -> Iterator[Any]:
        with original(session) as facts:
            session.run("ROLLBACK")
            session.rows("SELECT pg_current_xact_id()")
            session.facts()
            yield facts

    return reading


def _applies_are_anybodys(original: Any) -> Any:
    def query(name: str) -> str:
        text: str = original(name)
        return text.replace("l.changed_at > a.since AND l.xmin::text <> a.xid", "true")

    return query


def _unlisted(_: Any) -> Any:
    return lambda *_args: nullcontext()


def _for_good(original: Any) -> Any:
    return lambda session, *_args, **options: original(session, 60, **options)


SABOTAGES = {
    "drop-the-re-read": Sabotage(
        1,
        "tapdb_ctl.engine.applying:verify_unmoved",
        _nothing,
        f"{PROMISES}/test_1_as_shown_or_nothing.py::test_an_owned_row_that_moved_makes_the_plan_stale",
    ),
    "drop-the-table-lock": Sabotage(
        1,
        "tapdb_ctl.providers.postgres.holding:hold_tables",
        _nothing,
        f"{PROMISES}/test_1_as_shown_or_nothing.py::test_templates_stand_still_while_instances_go_on",
    ),
    "drop-the-old-values": Sabotage(
        1,
        "tapdb_ctl.providers.postgres.transaction:StalePlanError.of",
        lambda _: lambda *_args: RuntimeError("sabotaged"),
        f"{PROMISES}/test_1_as_shown_or_nothing.py::test_an_update_names_the_values_it_was_planned_from",
    ),
    "commit-every-page": Sabotage(
        2,
        "tapdb_ctl.providers.postgres.session:Session.run_rows",
        _committing,
        f"{PROMISES}/test_2_all_or_nothing.py::test_a_killed_apply_leaves_nothing",
    ),
    "drop-the-proof": Sabotage(
        3,
        "tapdb_ctl.engine.applying:verify_converged",
        _nothing,
        f"{PROMISES}/test_3_proof_before_commit.py::test_a_trigger_that_changes_what_is_written_rolls_back",
    ),
    "give-up-on-a-lost-reply": Sabotage(
        4,
        "tapdb_ctl.providers.postgres.transaction:PostgresTransaction._resolve",
        _in_doubt,
        f"{PROMISES}/test_4_lost_commit_reply.py::test_a_commit_whose_reply_was_lost_is_reported_as_done",
    ),
    "delete-what-others-own": Sabotage(
        5,
        "tapdb_ctl.providers.postgres.templates.inspect:query",
        _everything_is_ours,
        f"{PROMISES}/test_5_only_what_is_owned.py::test_pruning_leaves_what_is_not_ours",
    ),
    "drop-the-advisory-lock": Sabotage(
        7,
        "tapdb_ctl.providers.postgres.locking:exclude_other_applies",
        _nothing,
        f"{PROMISES}/test_7_one_at_a_time.py::test_a_second_apply_waits_and_says_who_holds_the_lock",
    ),
    "forget-the-client": Sabotage(
        7,
        "tapdb_ctl.providers.postgres.locking:_watch_client",
        _nothing,
        f"{PROMISES}/test_7_one_at_a_time.py::test_a_killed_apply_does_not_keep_the_lock",
    ),
    "spend-a-transaction": Sabotage(
        8,
        "tapdb_ctl.providers.postgres.session:Session.reading",
        _spending,
        f"{PROMISES}/test_8_unchanged_writes_nothing.py::test_an_unchanged_plan_and_apply_leave_no_trace",
    ),
    "take-what-is-live-for-what-was-applied": Sabotage(
        9,
        "tapdb_ctl.providers.postgres.pasts:_past",
        lambda _: lambda change, *_args, **_named: Past(found.document if (found := before(change)) else None),
        f"{PROMISES}/test_9_three_way_drift.py::test_every_difference_says_who_made_it",
    ),
    "take-applies-for-edits": Sabotage(
        9,
        "tapdb_ctl.providers.postgres.pasts:query",
        _applies_are_anybodys,
        f"{PROMISES}/test_9_three_way_drift.py::test_an_apply_is_no_drift",
    ),
    "forget-what-followed": Sabotage(
        10,
        "tapdb_ctl.core.history:followed",
        lambda _: lambda _memory: (),
        f"{PROMISES}/test_10_the_ledger_knows.py::test_what_was_nobodys_is_not_retired_by_going_back",
    ),
    "drop-the-receipts": Sabotage(
        11,
        "tapdb_ctl.engine.applying:_receipt",
        _unlisted,
        f"{PROMISES}/test_11_receipts.py::test_a_failure_says_which_phases_are_in_place",
    ),
    "read-row-by-row": Sabotage(
        12,
        "tapdb_ctl.providers.postgres.templates.inspect:_contents",
        _one_by_one,
        f"{PROMISES}/test_12_constant_round_trips.py::test_statements_do_not_grow_with_the_catalogue",
    ),
    "wait-for-locks-for-good": Sabotage(
        13,
        "tapdb_ctl.providers.postgres.locking:limit",
        _for_good,
        f"{PROMISES}/test_13_production_goes_on.py::test_an_application_is_never_the_victim_of_a_deadlock",
    ),
    "lock-as-it-comes": Sabotage(
        13,
        "tapdb_ctl.providers.postgres.holding:hold_tables",
        _nothing,
        f"{PROMISES}/test_13_production_goes_on.py::test_an_application_is_never_the_victim_of_a_deadlock",
    ),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sabotage", choices=sorted(SABOTAGES), help="take one mechanism out of tapdb")


@pytest.fixture(autouse=True)
def sabotaged(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if name := request.config.getoption("--sabotage"):
        SABOTAGES[name].commit(monkeypatch)
