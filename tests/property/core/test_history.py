"""The laws of the ledger: replayed it gives what was owned, and an earlier state can be brought back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from strategies import live
from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import Change, Create, Delete, after, before, previous_address
from tapdb_ctl.core.diff import diff
from tapdb_ctl.core.document import change_in, change_out
from tapdb_ctl.core.history import Trace, replayed
from tapdb_ctl.core.jsonvalue import same
from tapdb_ctl.core.order import ordered
from tapdb_ctl.core.resource import Desired, Live, Resource, is_retired
from tapdb_ctl.core.restoring import restored
from worlds import template

CODES = [f"c/t/s{number}/1" for number in range(6)]
OURS = frozenset({"lab", "core"})
SINGLE = st.builds(
    template,
    st.sampled_from(CODES),
    owner=st.sampled_from(sorted(OURS)),
    protected=st.sampled_from([None, False, True]),
    name=st.sampled_from(["a", "b", "c"]),
)


@st.composite
def manifests(draw: st.DrawFn) -> Desired:
    """What an environment declares: of its templates some are renamed, each from a code that is not declared."""
    templates = draw(st.lists(SINGLE, max_size=5, unique_by=lambda r: r.address))
    free = [Address("template", code) for code in CODES if code not in {t.address.name for t in templates}]
    former = draw(st.permutations([*free, *[None] * len(templates)]))
    wanted = {t.address: replace(t, renamed_from=was) for t, was in zip(templates, former, strict=False)}
    imports = draw(st.sampled_from([(), ("*",)]))
    return Desired("dev", wanted, dict.fromkeys(OURS, True), imports=imports, force=draw(st.booleans()))


@st.composite
def strangers(draw: st.DrawFn) -> list[Resource]:
    """What others made before: rows of nobody and of another environment's catalogue, some of them retired."""
    made = draw(st.lists(SINGLE, max_size=3, unique_by=lambda r: r.address))
    owners = [draw(st.sampled_from([None, None, "theirs"])) for _ in made]
    retired = [owner is None and draw(st.booleans()) for owner in owners]
    return [
        replace(r, owner=owner, protected=False, attributes={**r.attributes, "is_deleted": gone})
        for r, owner, gone in zip(made, owners, retired, strict=True)
    ]


@dataclass
class Rows:
    """A table of templates: each row keeps its number, whatever becomes of it, and each apply is remembered."""

    rows: dict[int, Resource] = field(default_factory=dict)
    applied: list[tuple[Change, ...]] = field(default_factory=list)

    @property
    def live(self) -> Live:
        return live(tuple(self.rows.values()))

    def apply(self, desired: Desired) -> None:
        changes = ordered(diff(desired, self.live).changes)
        for change in changes:
            self._make(change)
        self.applied.append(tuple(change_in(change_out(change)) for change in changes))

    def _make(self, change: Change) -> None:
        if isinstance(change, Create):
            assert change.address not in self.live.resources
            self.rows[len(self.rows)] = replace(change.after, protected=bool(change.after.protected))
            return
        (number,) = (number for number, row in self.rows.items() if row.address == change.before.address)
        if isinstance(change, Delete):
            gone = {**change.before.attributes, "is_deleted": True}
            self.rows[number] = replace(change.before, attributes=gone, owner=None, protected=False)
        else:
            self.rows[number] = replace(change.after, protected=bool(change.after.protected))

    def number(self, address: Address) -> int | None:
        return next((number for number, row in self.rows.items() if row.address == address), None)

    def owned(self) -> dict[Address, Any]:
        return owned({row.address: row for row in self.rows.values()})


def owned(resources: dict[Address, Resource]) -> dict[Address, Any]:
    """What of resources counts: who owns them, their protection and their values."""
    return {at: (r.owner, bool(r.protected), r.digest) for at, r in resources.items() if r.owner in OURS}


def changes(applied: list[tuple[Change, ...]]) -> list[Change]:
    return [change for each in applied for change in each]


def trace(change: Change) -> Trace:
    end = after(change)
    was = before(change)
    in_use = was if was and was.owner is None and not is_retired(was) else None
    return Trace(change.address, previous_address(change), end.owner if end else None, in_use)


@given(strangers(), st.lists(manifests(), max_size=6))
def test_replaying_the_ledger_gives_what_is_owned(made: list[Resource], course: list[Desired]) -> None:
    world = Rows(dict(enumerate(made)))
    for desired in course:
        world.apply(desired)
        assert owned(replayed(changes(world.applied))) == world.owned()


@given(strangers(), st.lists(manifests(), max_size=6))
def test_the_last_change_of_each_address_is_enough(made: list[Resource], course: list[Desired]) -> None:
    world = Rows(dict(enumerate(made)))
    for desired in course:
        world.apply(desired)
    everything = changes(world.applied)
    last = {side.address: n for n, change in enumerate(everything) for side in (before(change), after(change)) if side}
    ends = [everything[number] for number in sorted(set(last.values()))]
    assert owned(replayed(ends)) == world.owned()


@given(strangers(), st.lists(manifests(), max_size=4), st.lists(manifests(), max_size=4))
def test_an_earlier_state_can_be_brought_back(made: list[Resource], until: list[Desired], since: list[Desired]) -> None:
    world = Rows(dict(enumerate(made)))
    for desired in until:
        world.apply(desired)
    then, ours = dict(world.rows), world.owned()
    owned_then = replayed(changes(world.applied))
    for desired in since:
        world.apply(desired)
    found = restored(owned_then, map(trace, changes(world.applied[len(until) :])), OURS)
    difference = diff(Desired("dev", found.resources, dict.fromkeys(OURS, True)), world.live)
    lost = {finding.address for finding in difference.findings}
    world.apply(Desired("dev", found.resources, dict.fromkeys(OURS, True)))

    now = world.owned()
    assert {finding.code for finding in difference.findings} <= {"PLN002"}, "only what others took over stays theirs"
    assert {at: now[at] for at in ours if str(at) not in lost} == {at: ours[at] for at in ours if str(at) not in lost}
    told = {finding.address for finding in found.findings}
    assert {str(at) for at in now if at not in ours} <= told, "what stays ours and was not is said"
    for number, row in then.items():
        if str(row.address) in lost | told or row.owner == "theirs":
            continue
        if row.owner in OURS:
            assert world.number(row.address) == number, "a row keeps its identity"
            assert same(world.rows[number].attributes, row.attributes)
        elif row.owner is None and not is_retired(row):
            assert not is_retired(world.rows[number]), "what nobody owned is not retired by going back"
