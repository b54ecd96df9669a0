"""The order of an apply, on fakes; tests/integration/promises proves the same on real servers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakes import FakeWorld, nothing
from tapdb_ctl.core.report import Entry, Outcome
from tapdb_ctl.core.step import Phase
from tapdb_ctl.engine import planning
from tapdb_ctl.engine.applying import Consent, PhaseError, World, apply
from tapdb_ctl.engine.scoping import Scope
from tapdb_ctl.errors import RefusedError
from worlds import environment, template, tubes

ENTRY = Entry("ada", "1.0")
DESIRED = environment(template("c/t/s/1"), database="d")


@pytest.fixture
def database() -> FakeWorld:
    return FakeWorld(frozenset({"schema", "identity", "prefix", "template"}))


@pytest.fixture
def creation() -> FakeWorld:
    return FakeWorld(frozenset({"database"}), Phase.DATABASE)


def test_phases_follow_each_other_and_proof_comes_before_commit(database: FakeWorld, creation: FakeWorld) -> None:
    plan = planning.plan(DESIRED, [creation, database], Scope())
    report = apply(plan, World({Phase.DATABASE: creation}, database), Consent(), ENTRY, nothing)

    assert creation.log == ["make database.d"]
    assert database.log[:3] == ["begin", "lock", "inspect"]
    assert database.log[3:-4] == [
        "make schema.baseline",
        "make identity.audit_log",
        "make identity.tapdb_user",
        "make prefix.CX",
        "make template.c/t/s/1",
    ]
    assert database.log[-4:] == ["record by ada", "inspect", "commit", "end"]
    assert [(r.phase, r.outcome) for r in report.receipts] == [
        (Phase.DATABASE, Outcome.APPLIED),
        (Phase.TRANSACTION, Outcome.APPLIED),
    ]
    assert report.ledger == 7


def test_a_plan_without_changes_opens_no_transaction(database: FakeWorld, creation: FakeWorld) -> None:
    both = (creation, database)
    for provider in both:
        provider.resources = {a: r for a, r in DESIRED.resources.items() if a.type in provider.types}
    plan = planning.plan(DESIRED, both, Scope())
    assert apply(plan, World({Phase.DATABASE: creation}, database), Consent(), ENTRY, nothing).ledger is None
    assert database.log == creation.log == []


def test_a_refusal_touches_nothing(database: FakeWorld) -> None:
    desired = environment(*tubes(1))
    database.resources = {r.address: r for r in environment(*tubes(2)).resources.values()}
    database.steps = lambda _: ()  # type: ignore[method-assign]
    plan = planning.plan(desired, [database], Scope())
    with pytest.raises(RefusedError, match="PLN010"):
        apply(plan, World({}, database), Consent(), ENTRY, nothing)
    assert database.log == []


def test_what_the_proof_finds_is_named_and_not_committed(database: FakeWorld) -> None:
    wanted = template("c/t/s/1")
    meddled = replace(wanted, attributes=dict(wanted.attributes, name="MEDDLED"))
    database.after_steps = lambda resources: resources.update({wanted.address: meddled})
    plan = planning.plan(environment(wanted), [database], Scope())
    with pytest.raises(PhaseError, match=r"PLN031.*template\.c/t/s/1") as caught:
        apply(plan, World({}, database), Consent(), ENTRY, nothing)
    assert "commit" not in database.log
    assert [r.outcome for r in caught.value.receipts] == [Outcome.NOT_APPLIED]
