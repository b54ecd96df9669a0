"""The changes of a plan told three-way: what was applied last, what is live, and what is desired."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapdb_ctl.core.attribution import Cause, compared, part
from tapdb_ctl.core.change import Change, Create, Delete, Update, before, subject
from tapdb_ctl.core.jsonvalue import Absent
from tapdb_ctl.core.plan import PlannedChange
from tapdb_ctl.core.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tapdb_ctl.core.attribution import Attribution, Touch
    from tapdb_ctl.core.jsonvalue import JsonValue, Path

DRIFTED = frozenset({Cause.DRIFT, Cause.BOTH})


@dataclass(frozen=True, slots=True)
class Part:
    """One part that differs; ABSENT where a side does not have it or, of what was applied, it is not known."""

    path: Path
    cause: Cause
    applied: JsonValue | Absent
    live: JsonValue | Absent
    desired: JsonValue | Absent


@dataclass(frozen=True, slots=True)
class Difference:
    """One resource that differs: why, in which parts, and who touched it."""

    change: Change
    cause: Cause
    parts: tuple[Part, ...]
    touches: tuple[Touch, ...] = ()


def differences(changes: Iterable[PlannedChange]) -> tuple[Difference, ...]:
    """What apply would change, all of it and nothing else, in its order."""
    return tuple(map(_difference, changes))


def counts(found: Iterable[Difference]) -> Mapping[Cause, int]:
    """How many have each cause."""
    counted = Counter(difference.cause for difference in found)
    return {cause: counted[cause] for cause in Cause}


def drifts(changes: Iterable[PlannedChange]) -> Iterator[PlannedChange]:
    """What somebody did beside tapdb, as changes from what was applied last to what is live."""
    for planned in changes:
        if planned.attribution and planned.attribution.cause in DRIFTED:
            yield PlannedChange(_made(planned.change, planned.attribution), (), attribution=planned.attribution)


def _difference(planned: PlannedChange) -> Difference:
    why, change = planned.attribution, planned.change
    left = Absent.ABSENT if why is None or why.applied is None else why.applied
    causes = why.paths if why else {}
    parts = (
        Part(d.path, causes.get(d.path, Cause.UNKNOWN), part(left, d.path), d.before, d.after) for d in compared(change)
    )
    return Difference(change, why.cause if why else Cause.UNKNOWN, tuple(parts), why.touches if why else ())


def _made(change: Change, why: Attribution) -> Change:
    live = before(change)
    applied = _applied(live or subject(change), why)
    if applied and live:
        return Update(applied, live)
    return Create(live) if live else Delete(applied or subject(change))


def _applied(now: Resource, why: Attribution) -> Resource | None:
    """What the last apply left, as a resource; the document of what is owned tells of its protection."""
    if why.applied is None:
        return None
    attributes = dict(why.applied)
    protected = attributes.pop("prevent_destroy", None)
    owner = None if protected is None else now.owner
    return Resource(now.address, attributes, owner=owner, protected=protected is True)
