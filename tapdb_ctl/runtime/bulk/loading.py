"""load_instances: rows from files, written while they are read, with what is wrong told by line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy.exc import DataError, IntegrityError

from tapdb_ctl.errors import Finding, InvalidInputError
from tapdb_ctl.runtime.bulk.rows import Refused, located
from tapdb_ctl.runtime.bulk.sowing import Seed
from tapdb_ctl.runtime.session import writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.exc import DBAPIError
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

    `refused` counts all of those; `errors` has the first thousand.
    """

    loaded: int
    euids: tuple[str, ...]
    refused: int = 0
    errors: tuple[LoadError, ...] = ()


@dataclass
class Load:
    """One load as it goes on. Where errors are not collected, the first ends the writing, and the rest is only read."""

    session: Session
    into: Field
    collect: bool
    keep_euids: bool = True
    loaded: int = 0
    refused: int = 0
    euids: list[str] = field(default_factory=list)
    errors: list[Refused] = field(default_factory=list)

    def run(self, rows: Iterable[Numbered]) -> LoadReport:
        """Write the rows; without `collect`, raises InvalidInputError with all refused lines if there are any."""
        writing(self.session)
        with self.session.begin_nested():
            for batch in self.into.batches(rows):
                for refused in (item for item in batch if isinstance(item, Refused)):
                    self._refuse(refused)
                if self.collect or not self.refused:
                    self._write([item for item in batch if isinstance(item, Seed)])
            if self.refused and not self.collect:
                raise InvalidInputError(*self._findings())
        errors = (LoadError(line, f"{finding.summary}: {finding.detail}") for line, finding, _ in self._sorted())
        return LoadReport(self.loaded, tuple(self.euids), self.refused, tuple(errors))

    def _write(self, seeds: Sequence[Seed]) -> None:
        """Write a batch; if the database refuses it, each half by itself, down to the rows that it means."""
        if not seeds:
            return
        try:
            with self.session.begin_nested():
                euids = self.into.sown(self.session, seeds)
        except (IntegrityError, DataError) as error:
            if len(seeds) == 1:
                self._refuse(Refused(seeds[0].number, _refusal(error)))
                return
            middle = len(seeds) // 2
            self._write(seeds[:middle])
            self._write(seeds[middle:])
            return
        self.loaded += len(euids)
        if self.keep_euids:
            self.euids += euids

    def _refuse(self, refused: Refused) -> None:
        self.refused += 1
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(refused)

    def _sorted(self) -> list[Refused]:
        return sorted(self.errors, key=lambda refused: refused.number)

    def _findings(self) -> list[Finding]:
        found = [located(finding, f"line {number}") for number, finding, _ in self._sorted()]
        if more := self.refused - len(found):
            found.append(Finding("RUN070", "more lines are refused than are told", f"{more:,} others"))
        return found


def _refusal(error: DBAPIError) -> Finding:
    said = " ".join(str(error.orig).split())
    return Finding("RUN066", "the database refuses a row", said)
