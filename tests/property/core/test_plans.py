"""The algebra of plans: what is applied is what was wanted, and nothing else is touched."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from strategies import ENVIRONMENTS, EXISTING, live
from tapdb_ctl.core import jsonvalue
from tapdb_ctl.core.change import Change, Delete, after
from tapdb_ctl.core.change import before as before_change
from tapdb_ctl.core.diff import diff
from tapdb_ctl.core.document import digest, from_document, steps_out, to_document
from tapdb_ctl.core.order import ordered
from tapdb_ctl.core.resource import Desired, Live
from tapdb_ctl.engine import planning
from tapdb_ctl.engine.scoping import Scope
from tapdb_ctl.providers.postgres.prefixes import steps as prefixes
from tapdb_ctl.providers.postgres.templates import steps as templates


def applied(changes: tuple[Change, ...], before: Live) -> Live:
    """What the changes leave: a retired template is gone from what a plan looks at."""
    resources = dict(before.resources)
    for change in changes:
        if was := before_change(change):
            del resources[was.address]
        if will_be := after(change):
            resources[will_be.address] = will_be
    return live(tuple(resources.values()))


class Steps:
    """The pure half of the PostgreSQL provider, without a database."""

    types = frozenset({"schema", "identity", "prefix", "template"})

    def __init__(self, found: Live) -> None:
        self._found = found

    def completed(self, desired: Desired) -> Desired:
        return desired

    def inspect(self, _: Desired) -> Live:
        return self._found

    def steps(self, change: Change) -> Any:
        match change.address.type:
            case "template":
                return templates.steps(change)
            case "schema":
                return ()
        return prefixes.steps(change)


@given(ENVIRONMENTS)
def test_nothing_differs_from_itself(desired: Desired) -> None:
    assert diff(desired, live(tuple(desired.resources.values()))).changes == ()


@given(ENVIRONMENTS, EXISTING)
def test_applying_a_difference_ends_it(desired: Desired, existing: Any) -> None:
    before = live(existing)
    once = diff(desired, before)
    twice = diff(desired, applied(once.changes, before))
    assert twice.changes == ()
    conflicts = {f.address for f in once.findings if f.code in {"PLN001", "PLN002", "PLN005"}}
    for address, wanted in desired.resources.items():
        if conflicts.isdisjoint({str(address), str(wanted.renamed_from)}):
            assert jsonvalue.same(applied(once.changes, before).resources[address].attributes, wanted.attributes)


@given(ENVIRONMENTS, EXISTING)
def test_only_what_the_environment_owns_is_deleted(desired: Desired, existing: Any) -> None:
    for change in diff(desired, live(existing)).changes:
        if isinstance(change, Delete):
            assert desired.catalogs[change.before.owner or ""]
        elif (was := before_change(change)) and was.owner != change.after.owner:
            allowed = was.owner in desired.catalogs or (desired.force if was.owner else bool(desired.imports))
            assert allowed or was.attributes["is_deleted"]


@given(ENVIRONMENTS, EXISTING, st.randoms(use_true_random=False))
def test_the_order_respects_needs_whatever_came_first(desired: Desired, existing: Any, random: Any) -> None:
    changes = list(diff(desired, live(existing)).changes)
    sequence = ordered(changes)
    random.shuffle(changes)
    assert ordered(changes) == sequence
    seen = set()
    for change in sequence:
        if wanted := after(change):
            assert not {n for n in wanted.needs if n in {c.address for c in changes}} - seen
        seen.add(change.address)


@given(ENVIRONMENTS, EXISTING)
def test_a_plan_survives_its_document(desired: Desired, existing: Any) -> None:
    provider = Steps(live(existing))
    plan = planning.plan(desired, [provider], Scope())
    document = to_document(plan, tapdb_version="0", timestamp="now")
    printed = jsonvalue.compact(document)

    read, recorded = from_document(jsonvalue.parse(printed))
    steps = planning.planned((p.change for p in read.changes), [provider])
    changes = tuple(replace(p, steps=anew.steps) for p, anew in zip(read.changes, steps, strict=True))
    replayed = replace(read, changes=changes)

    assert jsonvalue.compact(to_document(replayed, tapdb_version="0", timestamp="now")) == printed
    assert digest(replayed) == digest(plan)
    assert [list(steps_out(p.steps)) for p in replayed.changes] == json.loads(json.dumps([list(r) for r in recorded]))
