"""What a plan may not do unless it is asked to: destruction is asked for by kind."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Change, Delete, Replace
from tapdb_ctl.errors import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tapdb_ctl.core.resource import Desired, Live


def inspect(changes: Iterable[Change], desired: Desired, live: Live) -> tuple[Finding, ...]:
    """Everything in `changes` that no flag allows: protected resources, emptied catalogues."""
    losing = [change for change in changes if isinstance(change, Delete | Replace)]
    return (*_protected(losing, protect=desired.protect), *_emptied(losing, live))


def refused(changes: Iterable[Change], allowed: frozenset[str]) -> tuple[Finding, ...]:
    """The destruction that `--allow-destroy` was not given for, a finding a kind."""
    counts = Counter(change.address.type for change in changes if isinstance(change, Delete | Replace))
    return tuple(
        Finding(
            "PLN010",
            "this plan destroys and was not allowed to",
            f"{count} {kind}{'s' if count > 1 else ''} would be destroyed",
            f"read the plan again, then add --allow-destroy {kind}",
        )
        for kind, count in sorted(counts.items())
        if kind not in allowed
    )


def _protected(losing: Iterable[Delete | Replace], *, protect: bool) -> Iterator[Finding]:
    for change in losing:
        if protect:
            why, hint = (
                "the environment sets `protect: true`",
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


def _emptied(losing: Iterable[Delete | Replace], live: Live) -> Iterator[Finding]:
    going = Counter(change.before.owner for change in losing if isinstance(change, Delete) and change.before.owner)
    owned = Counter(r.owner for r in live.resources.values() if r.owner and not r.attributes.get("is_deleted"))
    for catalog, count in sorted(going.items(), key=str):
        if count == owned[catalog]:
            yield Finding(
                "PLN012",
                "this plan would empty a catalogue",
                f"all {count} templates that catalogue {catalog} owns would be retired",
                "check the catalogue's path; if it is really meant to go, add --allow-destroy catalog",
            )
