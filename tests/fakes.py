"""Fakes of the ports: a live world in memory that notes what was asked of it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from strategies import live
from tapdb_ctl.core.change import Change, after
from tapdb_ctl.core.resource import Desired, Live, Resource
from tapdb_ctl.core.step import Phase, Sql, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.report import Entry


@dataclass
class FakeWorld:
    """Resources by address; its transaction works on a copy, its steps carry the address that they make."""

    types: frozenset[str]
    phase: Phase = Phase.TRANSACTION
    resources: dict[Address, Resource] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    after_steps: Callable[[dict[Address, Resource]], None] = lambda _: None
    ends: dict[str, Resource] = field(default_factory=dict)

    def completed(self, desired: Desired) -> Desired:
        return desired

    def inspect(self, _: Desired) -> Live:
        return live(tuple(self.resources.values()))

    def steps(self, change: Change) -> tuple[Step, ...]:
        end = after(change)
        assert end is not None
        self.ends[str(end.address)] = end
        return (Step(f"make {end.address}", Sql(str(end.address)), self.phase),)

    def perform(self, step: Step) -> None:
        self.log.append(step.title)

    @contextmanager
    def transaction(self) -> Iterator[FakeTransaction]:
        self.log.append("begin")
        yield FakeTransaction(self, dict(self.resources))
        self.log.append("end")


@dataclass
class FakeTransaction:
    world: FakeWorld
    resources: dict[Address, Resource]

    def lock(self, _: Iterable[Step], *, keep: bool) -> None:
        assert not keep
        self.world.log.append("lock")

    def inspect(self, _: Desired) -> Live:
        self.world.log.append("inspect")
        return live(tuple(self.resources.values()))

    def perform(self, steps: Iterable[Step], progress: Callable[[int], None]) -> None:
        for step in steps:
            assert isinstance(step.act, Sql)
            end = self.world.ends[step.act.text]
            self.resources[end.address] = end
            self.world.log.append(step.title)
            progress(1)
        self.world.after_steps(self.resources)

    def record(self, _: Plan, entry: Entry) -> int:
        self.world.log.append(f"record by {entry.actor}")
        return 7

    def commit(self) -> None:
        self.world.log.append("commit")
        self.world.resources = self.resources


def nothing(_: Any) -> None:
    """A progress callback."""
