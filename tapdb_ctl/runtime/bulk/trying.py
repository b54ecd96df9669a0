"""Writes rows that may be refused once they are written: a batch at once, then in parts that find whom it means.

Whom unique indexes of properties refuse is asked for all rows at once. After another refusal the next part has half as
many rows, and after a success twice as many: one bad row among n costs some 3 log2(n) attempts, and a batch takes no
more than 2 n + log2(n), or n + log2(n) where all its rows are bad.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy.exc import DataError, IntegrityError

from tapdb_ctl.errors import Finding, InvalidInputError
from tapdb_ctl.runtime.bulk.rows import Refused
from tapdb_ctl.runtime.bulk.taken import Unique
from tapdb_ctl.runtime.connections.transient import sqlstate
from tapdb_ctl.runtime.session import context
from tapdb_ctl.runtime.singletons import UNIQUE_VIOLATION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from tapdb_ctl.runtime.bulk.sowing import Field, Seed

_REFUSALS: tuple[type[Exception], ...] = (IntegrityError, DataError)


@dataclass
class Trial:
    """Where rows are tried; what else than the database's refusals is told by row is `caught`."""

    session: Session
    into: Field
    caught: tuple[type[Exception], ...] = ()
    unique: Unique = field(init=False)

    def __post_init__(self) -> None:
        self.unique = Unique(self.session, self.into.blueprint.code)

    def results(self, seeds: Sequence[Seed]) -> Iterator[list[str] | Refused]:
        """The EUIDs of rows that could be written, and the refusals of the others; each in the order of the rows."""
        left, size = list(seeds), len(seeds)
        while left:
            part = left[:size]
            found = self._sown(part)
            if isinstance(found, list):
                yield found
                left, size = left[size:], size * 2
            elif taken := self._taken(left, found) if len(part) == len(left) else {}:
                yield from taken.values()
                left = [seed for seed in left if seed.number not in taken]
            elif len(part) == 1:
                yield Refused(part[0].number, _refusal(found))
                left = left[1:]
            else:
                size = len(part) // 2

    def _sown(self, seeds: Sequence[Seed]) -> list[str] | Exception:
        try:
            with self.session.begin_nested():
                return self.into.sown(self.session, seeds)
        except _REFUSALS + self.caught as error:
            return error

    def _taken(self, seeds: Sequence[Seed], error: Exception) -> dict[int, Refused]:
        """Whom unique indexes refuse; where hooks change the rows it cannot be told beforehand."""
        is_unique = isinstance(error, IntegrityError) and sqlstate(error) == UNIQUE_VIOLATION
        if not is_unique or context(self.session).hooks.watch("create"):
            return {}
        return self.unique.taken(self.into.fresh(self.session, seeds))


def _refusal(error: Exception) -> Finding:
    if isinstance(error, InvalidInputError):
        return error.findings[0]
    if isinstance(error, IntegrityError | DataError):
        return Finding("RUN066", "the database refuses a row", " ".join(str(error.orig).split()))
    return Finding("RUN075", "a hook refuses a row", str(error))
