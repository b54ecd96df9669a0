"""Who made a difference: last applied, live and desired, compared value by value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.jsonvalue import Attributes, Path


class Cause(StrEnum):
    """What moved since the last apply."""

    MANIFESTS = "manifests"
    DRIFT = "drift"
    BOTH = "both"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Touch:
    """A change of a live row that no apply made, as the audit log tells it; `at` is an ISO 8601 time in UTC."""

    by: str
    at: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """What the last apply left of a resource, None when it left none, and who touched the row since."""

    document: Attributes | None
    touches: tuple[Touch, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribution:
    """Why one resource differs: as a whole, and for each path that differs; `applied` is what the last apply left."""

    cause: Cause
    paths: Mapping[Path, Cause]
    applied: Attributes | None = None
    touches: tuple[Touch, ...] = ()


def attributed(change: Change, past: Past | None) -> Attribution | None:
    """Who made the difference that `change` removes; None where nothing is known of the past."""
    del change, past
    return None
