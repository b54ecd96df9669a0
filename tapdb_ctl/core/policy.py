"""What a plan may contain in one environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tapdb_ctl.core.plan import PlannedChange
    from tapdb_ctl.errors import Finding


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits that an environment sets."""

    max_destroy: int | None = None
    max_change: int | None = None
    require_version_bump: Literal["used", "always", "never"] = "never"
    forbid: tuple[str, ...] = ()
    freeze: datetime | None = None


def violations(planned: Sequence[PlannedChange], policy: Policy, now: datetime) -> tuple[Finding, ...]:
    """What of the plan the policy does not allow."""
    del planned, policy, now
    return ()
