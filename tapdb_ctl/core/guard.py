"""What a plan may not do unless it is asked to: destruction is asked for by kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Change, Delete, Replace
from tapdb_ctl.errors import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from tapdb_ctl.core.plan import PlannedChange
    from tapdb_ctl.core.resource import Live

REWRITE = "rewrite"
"""The consent for steps that copy a whole table while nobody may use it."""

OVERRULED = {"PLN012": "catalog", "POL001": "policy"}
"""The guards that `--allow-destroy` overrules, and by which word."""


def inspect(changes: Collection[Change], live: Live, *, protect: bool) -> tuple[Finding, ...]:
    """What `changes` may not do: destroy what is protected, alone or with its environment; empty a catalogue."""
    losing = [change for change in changes if isinstance(change, Delete | Replace)]
    return (*_protected(losing, protect=protect or _recorded(live)), *_emptied(changes, live))


def _recorded(live: Live) -> bool:
    """Whether the environment was protected by an earlier apply: what lifts that is a change of its own."""
    return any(r.address.type == "environment" and r.attributes.get("protect") is True for r in live.resources.values())


def refused(
    planned: Iterable[PlannedChange], guards: Iterable[Finding], allowed: frozenset[str]
) -> tuple[Finding, ...]:
    """What `--allow-destroy` was not given for: guards that no flag overrules, then a finding a kind destroyed."""
    kept = (replace(guard, severity=Severity.ERROR) for guard in guards if OVERRULED.get(guard.code) not in allowed)
    return (*kept, *_unasked(planned, allowed))


def _unasked(planned: Iterable[PlannedChange], allowed: frozenset[str]) -> Iterator[Finding]:
    for kind, what in demands(planned):
        if kind not in allowed:
            yield Finding(
                "PLN010",
                "this plan destroys and was not allowed to",
                what,
                f"read the plan again, then add --allow-destroy {kind}",
            )


def demands(planned: Iterable[PlannedChange]) -> Iterator[tuple[str, str]]:
    """What `--allow-destroy` must be given, and what that allows: ("index", "2 indexes would be destroyed")."""
    counts = Counter(kind for each in planned for kind in _kinds(each))
    for kind, count in sorted(counts.items()):
        noun, what = ("table", "rewritten under lock") if kind == REWRITE else (kind, "destroyed")
        plural = "" if count == 1 else "es" if noun.endswith("x") else "s"
        yield kind, f"{count:,} {noun}{plural} would be {what}"


def _kinds(planned: PlannedChange) -> Iterator[str]:
    """What has to be allowed by name for one change: its destruction, and what its steps ask consent for."""
    if isinstance(planned.change, Delete | Replace):
        yield planned.change.address.kind
    yield from {step.consent for step in planned.steps if step.consent}


def _protected(losing: Iterable[Delete | Replace], *, protect: bool) -> Iterator[Finding]:
    for change in losing:
        if protect:
            why, hint = (
                "the environment is protected, by `protect: true` now or in an earlier apply",
                "apply `protect: false` first, if it is really meant to go",
            )
        elif change.before.protected:
            why = "it carries `lifecycle.prevent_destroy`, which outlives the block that set it"
            hint = "declare it again with `prevent_destroy: false`, apply, then remove it"
        else:
            continue
        yield Finding(
            "PLN011",
            "a protected resource would be destroyed",
            f"{change.address}: {why}",
            hint,
            address=str(change.address),
        )


def _emptied(changes: Iterable[Change], live: Live) -> Iterator[Finding]:
    """A catalogue is its templates; what else it owns comes and goes with them."""
    changes = [change for change in changes if change.address.type == "template"]
    templates = (r for r in live.resources.values() if r.address.type == "template")
    had = {r.address: r.owner for r in templates if r.owner and not r.attributes.get("is_deleted")}
    has = had | {change.address: change.after.owner for change in changes if not isinstance(change, Delete)}
    going = {change.address for change in changes if isinstance(change, Delete)}
    left = Counter(owner for address, owner in has.items() if address not in going)
    for catalog, count in sorted(Counter(had[address] for address in going if address in had).items()):
        if not left[catalog]:
            yield Finding(
                "PLN012",
                "this plan would empty a catalogue",
                f"{'the one template' if count == 1 else f'all {count:,} templates'} that catalogue {catalog} owns"
                " would be retired",
                "check the catalogue's path; if it is really meant to go, add --allow-destroy catalog",
                Severity.WARNING,
            )
