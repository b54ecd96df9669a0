"""The plan: an immutable value that says what will be done, and from which live state."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tapdb_ctl.core.change import is_import
from tapdb_ctl.core.resource import fingerprint
from tapdb_ctl.core.step import Phase
from tapdb_ctl.errors import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.attribution import Attribution
    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.grading import Grade
    from tapdb_ctl.core.impact import Impact
    from tapdb_ctl.core.step import Step
    from tapdb_ctl.errors import Finding


@dataclass(frozen=True, slots=True)
class Summary:
    """How many resources a plan touches, in Terraform's terms; a replacement counts as add and destroy."""

    imports: int = 0
    adds: int = 0
    changes: int = 0
    destroys: int = 0

    def __bool__(self) -> bool:
        """Whether anything changes at all."""
        return bool(self.imports or self.adds or self.changes or self.destroys)


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A change, the steps that make it, and what a reviewer wants to know of it.

    `grade` says what a template's change means to those who use it, `impact` whom it touches, `attribution` who made
    the difference; None where the question does not arise.
    """

    change: Change
    steps: tuple[Step, ...]
    grade: Grade | None = None
    impact: Impact | None = None
    attribution: Attribution | None = None


@dataclass(frozen=True)
class Plan:
    """Ordered changes with their steps, findings, and the live state they were computed from.

    `target` names the database and schema that it is for.
    `live` maps each address that counts, wanted or owned, to a short digest of its state at planning;
    `catalogs` names whose resources were looked at. `guards` are findings for which `apply` refuses: those of
    severity warning unless it is given the flag that they name, those of severity error in any case. `rollback_to` is
    the ledger entry whose state it restores.
    """

    environment: str
    manifest_digest: str
    catalogs: tuple[str, ...]
    live: Mapping[Address, str]
    changes: tuple[PlannedChange, ...]
    findings: tuple[Finding, ...] = ()
    guards: tuple[Finding, ...] = ()
    target: str = ""
    rollback_to: int | None = None

    @cached_property
    def fingerprint(self) -> str:
        """Identifies the live state that the plan was computed from."""
        return fingerprint(self.live)

    @cached_property
    def summary(self) -> Summary:
        """The numbers of the last line."""
        counts = Counter(action for planned in self.changes for action in planned.change.actions)
        imports = sum(is_import(planned.change) for planned in self.changes)
        return Summary(imports, counts["create"], counts["update"], counts["delete"])

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What makes the plan unfit to be applied, whatever the flags: findings, and guards that none overrules."""
        return tuple(finding for finding in (*self.findings, *self.guards) if finding.severity is Severity.ERROR)

    @cached_property
    def later(self) -> frozenset[Address]:
        """What the transaction cannot finish: changes with steps that follow it."""
        return frozenset(p.change.address for p in self.changes if any(s.phase is Phase.CONCURRENT for s in p.steps))

    def steps(self, phase: Phase) -> Iterator[Step]:
        """The steps of one phase, in order."""
        return (step for planned in self.changes for step in planned.steps if step.phase is phase)
