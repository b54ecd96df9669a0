"""What an apply did, phase by phase: the ledger's header and the last word to the user."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from tapdb_ctl.core.plan import Summary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tapdb_ctl.core.step import Phase


class Outcome(StrEnum):
    """How a phase ended."""

    APPLIED = "applied"
    NOT_APPLIED = "not applied"
    IN_DOUBT = "in doubt"


@dataclass(frozen=True, slots=True)
class Entry:
    """Who applies, with which tool, from where: what the ledger records beside the changes."""

    actor: str
    tool_version: str
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One phase's end."""

    phase: Phase
    outcome: Outcome
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """An apply that came to an end; `ledger` is None when nothing was to be done."""

    summary: Summary = field(default_factory=Summary)
    receipts: tuple[Receipt, ...] = ()
    ledger: int | None = None
