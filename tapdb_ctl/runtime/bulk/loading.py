"""load_instances: rows from files, written while they are read, with what is wrong told by line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tapdb_ctl.errors import Finding, InvalidInputError
from tapdb_ctl.runtime.bulk.rows import Refused, located
from tapdb_ctl.runtime.bulk.sources import UNREAD
from tapdb_ctl.runtime.bulk.sowing import Seed
from tapdb_ctl.runtime.bulk.trying import Trial
from tapdb_ctl.runtime.session import context, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.bulk.sources import Numbered
    from tapdb_ctl.runtime.bulk.sowing import Field

MAX_ERRORS = 1_000
"""How many refused lines are told; the others are only counted."""


@dataclass(frozen=True, slots=True)
class LoadError:
    """A line that was not loaded."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class LoadReport:
    """How many rows were loaded, the EUIDs of their instances in order, and the lines that were refused.

    `refused` counts all of those; `errors` has the first thousand. `unread_from` is the line from which on the source
    could not be read, None where it was read to its end.
    """

    loaded: int
    euids: tuple[str, ...] = field(repr=False)
    refused: int = 0
    errors: tuple[LoadError, ...] = field(default=(), repr=False)
    unread_from: int | None = None


def collects(on_error: object) -> bool:
    """Whether errors are collected; raises InvalidInputError for other ways to treat them."""
    if on_error in ("raise", "collect"):
        return on_error == "collect"
    raise InvalidInputError.of("RUN071", "errors cannot be treated so", f"on_error={on_error!r}", "raise or collect")


@dataclass
class Load:
    """One load as it goes on. Where errors are not collected, the first ends the writing, and the rest is only read."""

    session: Session
    into: Field
    collect: bool
    keep_euids: bool = True
    loaded: int = 0
    refused: int = 0
    unread_from: int | None = None
    euids: list[str] = field(default_factory=list)
    errors: list[Refused] = field(default_factory=list)

    def run(self, rows: Iterable[Numbered]) -> LoadReport:
        """Write the rows; without `collect`, raises InvalidInputError with all refused lines if there are any."""
        writing(self.session)
        trial = Trial(self.session, self.into, self._caught())
        with self.session.begin_nested():
            for batch in self.into.batches(rows):
                for refused in (item for item in batch if isinstance(item, Refused)):
                    self._refuse(refused)
                if self.collect or not self.refused:
                    self._write(trial, [item for item in batch if isinstance(item, Seed)])
            if self.refused and not self.collect:
                raise InvalidInputError(*self._findings())
        errors = (LoadError(line, f"{finding.summary}: {finding.detail}") for line, finding, _ in self._sorted())
        return LoadReport(self.loaded, tuple(self.euids), self.refused, tuple(errors), self.unread_from)

    def _write(self, trial: Trial, seeds: Sequence[Seed]) -> None:
        for result in trial.results(seeds):
            if isinstance(result, Refused):
                self._refuse(result)
                continue
            self.loaded += len(result)
            if self.keep_euids:
                self.euids += result

    def _caught(self) -> tuple[type[Exception], ...]:
        """What is told by line beside the database's refusals; a hook refuses a row with a ValueError."""
        if not self.collect:
            return ()
        hooks = context(self.session).hooks
        return (ValueError,) if hooks.watch("create") or hooks.watch("link") else (InvalidInputError,)

    def _refuse(self, refused: Refused) -> None:
        self.refused += 1
        ends = refused.finding.code == UNREAD
        if ends:
            self.unread_from = refused.number
        if ends or len(self.errors) < MAX_ERRORS:
            self.errors.append(refused)

    def _sorted(self) -> list[Refused]:
        return sorted(self.errors, key=lambda refused: refused.number)

    def _findings(self) -> list[Finding]:
        found = [located(finding, f"line {number}") for number, finding, _ in self._sorted()]
        if more := self.refused - len(found):
            found.append(Finding("RUN070", "more lines are refused than are told", f"{more:,} others"))
        return found
