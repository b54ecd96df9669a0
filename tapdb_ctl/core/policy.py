"""What a plan may contain in one environment, as its manifest says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

Bump: TypeAlias = Literal["used", "always", "never"]

ACTIONS = ("create", "update", "delete", "replace", "import")
GRADES = ("compatible", "additive", "breaking")
NATURES = ("rewrite", "data_loss")
WORDS = (*ACTIONS, *GRADES, *NATURES)
"""What an entry of `forbid` begins with; an address or a pattern of addresses may follow."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits to plans. `freeze`, with a time zone, is when something may be applied again."""

    max_destroy: int | None = None
    max_change: int | None = None
    require_version_bump: Bump = "never"
    forbid: tuple[str, ...] = ()
    freeze: datetime | None = None
