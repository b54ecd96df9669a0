"""Who made a difference: last applied, live and desired, compared value by value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tapdb_ctl.core.change import after, before, previous_address, previous_owner
from tapdb_ctl.core.jsonvalue import Absent, Difference, differences, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.jsonvalue import Attributes, JsonValue, Path


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
    """Who made the difference that `change` removes; None where nothing is known of the past.

    A part whose live value is what was applied was changed in the manifests, one whose desired value is, drifted. What
    is surplus in something of ours drifted; anything else that was never applied has nothing to drift from.
    """
    found = before(change)
    if past is None and not (found and found.surplus):
        return None
    past = past or Past(None)
    paths = {d.path: _cause(d, past.document) for d in compared(change)}
    cause = _union([*paths.values(), *_declared(change)])
    return Attribution(cause, paths, past.document, past.touches if cause is not Cause.MANIFESTS else ())


def compared(change: Change) -> Iterator[Difference]:
    """The parts in which live and desired differ; the whole, at the empty path, where one of them is not there.

    What nobody owned was not protected either.
    """
    live, desired = before(change), after(change)
    if live is None or desired is None:
        whole = (side.document if side else Absent.ABSENT for side in (live, desired))
        return iter((Difference((), *whole),))
    unprotected = {"prevent_destroy": False} if desired.owner and live.owner is None else {}
    return differences({**live.document, **unprotected}, desired.document)


def part(value: JsonValue | Absent, path: Path) -> JsonValue | Absent:
    """What stands at a path."""
    for step in path:
        match value, step:
            case Mapping(), str() if step in value:
                value = value[step]
            case Sequence(), int() if not isinstance(value, str) and step < len(value):
                value = value[step]
            case _:
                return Absent.ABSENT
    return value


def _cause(difference: Difference, applied: Attributes | None) -> Cause:
    path, live, desired = difference
    if applied is None and path:
        return Cause.MANIFESTS
    left = Absent.ABSENT if applied is None else part(applied, path)
    if _alike(left, live):
        return Cause.MANIFESTS
    return Cause.DRIFT if _alike(left, desired) else Cause.BOTH


def _alike(left: JsonValue | Absent, right: JsonValue | Absent) -> bool:
    if isinstance(left, Absent) or isinstance(right, Absent):
        return left is right
    return same(left, right)


def _declared(change: Change) -> Iterator[Cause]:
    """Only manifests give something another name or owner."""
    if previous_address(change) or previous_owner(change):
        yield Cause.MANIFESTS


def _union(causes: Iterable[Cause]) -> Cause:
    """One cause for all; what only changes hands does so because the manifests say so."""
    found = set(causes) or {Cause.MANIFESTS}
    return found.pop() if len(found) == 1 else Cause.BOTH
