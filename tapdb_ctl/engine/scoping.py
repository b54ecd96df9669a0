"""What `--target` and `--exclude` leave of a plan."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapdb_ctl.core.address import Address, closure, select
from tapdb_ctl.errors import TapdbError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tapdb_ctl.core.resource import Desired, Live


@dataclass(frozen=True, slots=True)
class Scope:
    """What `--target` or `--exclude` leave of a plan; at most one of them is given."""

    targets: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()


def within(desired: Desired, live: Live, scope: Scope) -> Collection[Address]:
    """The addresses that the scope leaves; raises TapdbError when one of its patterns matches nothing."""
    known = desired.resources.keys() | live.resources.keys()
    needs = dependencies(desired, live)
    if scope.targets:
        return closure(matched(scope.targets, known), needs)
    gone = matched(scope.excludes, known)
    return {address for address in known if gone.isdisjoint(closure([address], needs))} if gone else known


def dependencies(desired: Desired, live: Live) -> Mapping[Address, set[Address]]:
    """What needs what, wanted or live; a part needs the whole while that has yet to be made."""
    needs: defaultdict[Address, set[Address]] = defaultdict(set)
    for resource in (*live.resources.values(), *desired.resources.values()):
        needs[resource.address].update(resource.needs)
        if resource.within is not None and resource.within not in live.resources:
            needs[resource.address].add(resource.within)
    return needs


def matched(patterns: Iterable[str], known: Iterable[Address]) -> set[Address]:
    """The addresses that patterns mean; raises TapdbError when one of them means none."""
    found = {pattern: select(pattern, tuple(known)) for pattern in patterns}
    if missing := [pattern for pattern, addresses in found.items() if not addresses]:
        raise TapdbError.of(
            "PLN020",
            "a target matches nothing",
            f"no resource is called {', '.join(missing)}",
            "`tapdb show` lists the addresses; quote globs so that the shell leaves them alone",
        )
    return set().union(*found.values())
