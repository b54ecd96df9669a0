"""Whom changes of templates touch: layouts, counts, and what changed schemas refuse, in one read-only transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from tapdb_ctl.core.change import Delete, Replace, Update
from tapdb_ctl.core.grading.kinds import Kind
from tapdb_ctl.core.grading.schemas import schema_notes
from tapdb_ctl.core.impact import Count, Impact
from tapdb_ctl.core.jsonvalue import same
from tapdb_ctl.errors import DatabaseError
from tapdb_ctl.providers.postgres.impact import counts, layouts
from tapdb_ctl.providers.postgres.impact.counts import UNKNOWN, Tally
from tapdb_ctl.providers.postgres.impact.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.jsonvalue import JsonValue
    from tapdb_ctl.providers.postgres.connector import Connector
    from tapdb_ctl.providers.postgres.impact.refusals import Trial
    from tapdb_ctl.providers.postgres.session import Session

_Touching: TypeAlias = Update | Delete | Replace

LIMITS = Limits()


@dataclass(slots=True)
class _Sight:
    """What was found until something kept us from finding more, by the codes of templates as they are now.

    `schemas` are those to be tried.
    """

    schemas: Mapping[str, JsonValue]
    layouts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    trials: Mapping[str, Trial] = field(default_factory=dict)


def inspect(connector: Connector, changes: Iterable[Change], limits: Limits = LIMITS) -> dict[Address, Impact]:
    """The impact of each change of a template that exists; without any, the server is not asked.

    A role that may not read instances, a lock on them, a damaged table: whatever keeps us from counting leaves lower
    bounds of 0. Raises DatabaseError only where the connection is lost.
    """
    touching = {change.before.address.name: change for change in changes if _touches(change)}
    session = connector.existing() if touching else None
    if session is None:
        return {}
    sight = _Sight({code: new for code, change in touching.items() if (new := _narrower(change)) is not None})
    try:
        with session.reading():
            _look(session, touching.keys(), limits, sight)
    except DatabaseError as error:
        if error.sqlstate is None:
            raise
    return {change.address: _impact(code, change, sight) for code, change in touching.items()}


def _touches(change: Change) -> TypeGuard[_Touching]:
    return change.address.type == "template" and isinstance(change, Update | Delete | Replace)


def _look(session: Session, codes: Collection[str], limits: Limits, sight: _Sight) -> None:
    """From what needs least to what needs most: what was found before a failure stays."""
    sight.layouts = layouts.inspect(session, codes)
    sight.tallies = counts.inspect(session, codes, limits)
    inhabited = {code: new for code, new in sight.schemas.items() if _tally(code, sight).instances != Count(0)}
    if inhabited:
        from tapdb_ctl.providers.postgres.impact import refusals  # noqa: PLC0415 - jsonschema is slow to import

        sight.trials = refusals.inspect(session, inhabited, limits)


def _tally(code: str, sight: _Sight) -> Tally:
    return sight.tallies.get(code, Tally())


def _narrower(change: _Touching) -> JsonValue:
    """The new json_addl_schema, where it may refuse what the old one accepted; else None."""
    if isinstance(change, Delete):
        return None
    old, new = (side.attributes["json_addl_schema"] for side in (change.before, change.after))
    if new is None or same(old, new):
        return None
    return new if any(note.kind is Kind.BREAKING for note in schema_notes(old, new)) else None


def _impact(code: str, change: _Touching, sight: _Sight) -> Impact:
    tally, trial = _tally(code, sight), sight.trials.get(code)
    return Impact(
        instances=tally.instances,
        edges=tally.edges,
        layouts=sight.layouts.get(code, ()),
        unsatisfied=_unsatisfied(tally, trial) if code in sight.schemas else None,
        examples=trial.examples() if trial else (),
        behind=tuple(_behind(change, tally)),
    )


def _unsatisfied(tally: Tally, trial: Trial | None) -> Count:
    if tally.instances == Count(0):
        return Count(0)
    if trial is None:
        return UNKNOWN
    is_certain = trial.is_complete and Count(trial.judged) == tally.instances
    return Count(len(trial.refused), not is_certain)


def _behind(change: _Touching, tally: Tally) -> Iterator[tuple[str, Count]]:
    """The instances of each prefix that is not the new one, where it changes."""
    if isinstance(change, Delete):
        return
    old, new = (str(side.attributes["instance_prefix"]) for side in (change.before, change.after))
    if old == new:
        return
    staying = {prefix: count for prefix, count in sorted(tally.prefixes.items()) if prefix != new}
    if not staying and tally.instances.at_least:
        staying = {old: UNKNOWN}
    yield from staying.items()
