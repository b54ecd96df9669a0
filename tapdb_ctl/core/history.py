"""The ledger as values: who applied what, and what was owned after any of its entries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tapdb_ctl.core.change import after, before
from tapdb_ctl.core.plan import Summary
from tapdb_ctl.errors import TapdbError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.resource import Resource


@dataclass(frozen=True, slots=True)
class Record:
    """The header of one ledger entry; `at` has an offset, `milliseconds` is None where nobody measured."""

    number: int
    at: datetime
    environment: str
    actor: str
    tool_version: str
    plan_digest: str
    manifest_digest: str
    summary: Summary = field(default_factory=Summary)
    context: Mapping[str, str] = field(default_factory=dict)
    milliseconds: int | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """What one change did to a name and its owner, without the values.

    `previous` is the address before a renaming. `owner` is None for what went. `before` is there for what was nobody's
    and in use, whose earlier values no entry left.
    """

    address: Address
    previous: Address | None = None
    owner: str | None = None
    before: Resource | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What the ledger tells of one moment: the changes that shaped it, and traces of those that followed.

    `number` is the last entry until then, None where there is none; `first` and `last` are those that the ledger holds.
    `ends` are, in their order, the last changes of each address until then. `lost_before` and `lost_since` count
    entries that were removed.
    """

    number: int | None
    first: int | None
    last: int | None
    ends: tuple[Change, ...] = ()
    since: tuple[Trace, ...] = ()
    lost_before: int = 0
    lost_since: int = 0


def owned(memory: Memory, moment: int | datetime) -> dict[Address, Resource]:
    """What catalogues owned then, `moment` being what was asked for; raises TapdbError when the ledger cannot tell."""
    if memory.number is None:
        raise missing(moment, memory.first, memory.last)
    if memory.lost_before:
        raise _lost(memory.lost_before, "before")
    return replayed(memory.ends)


def followed(memory: Memory) -> tuple[Trace, ...]:
    """What came after; raises TapdbError when the ledger cannot tell."""
    if memory.lost_since:
        raise _lost(memory.lost_since, "after")
    return memory.since


def replayed(changes: Iterable[Change]) -> dict[Address, Resource]:
    """What changes leave owned, in the ledger's order; for an address only the last that touches it counts."""
    left: dict[Address, Resource] = {}
    for change in changes:
        for side in (before(change), after(change)):
            if side:
                left.pop(side.address, None)
        end = after(change)
        if end and end.owner is not None:
            left[end.address] = end
    return left


def missing(moment: int | datetime, first: int | None, last: int | None) -> TapdbError:
    """There is no entry of this number, or none until this time."""
    asked = (
        f"entry {moment} is not there"
        if isinstance(moment, int)
        else f"nothing was applied until {moment:%Y-%m-%d %H:%M:%S%z}"
    )
    held = "the ledger is empty" if first is None else f"the ledger holds {first} to {last}"
    return TapdbError.of("PLN050", "there is no such ledger entry", f"{asked}; {held}", "`tapdb history` lists them")


def _lost(number: int, side: str) -> TapdbError:
    return TapdbError.of(
        "PLN051",
        "the ledger has lost entries",
        f"{number} of those {side} that moment are gone, so what was owned then is not known",
        "restore tapdb_ledger and tapdb_ledger_change from a backup, or choose another entry",
    )
