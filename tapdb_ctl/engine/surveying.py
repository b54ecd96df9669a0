"""Both sides of the comparison: what is wanted, with all that it implies, and what is live."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from tapdb_ctl.core.diff import diff
from tapdb_ctl.core.resource import Desired, Live

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tapdb_ctl.core.diff import Difference
    from tapdb_ctl.core.ports import Provider


@dataclass(frozen=True, slots=True)
class Survey:
    """What the manifests want, the same with all that it implies, what was found, and how the two differ."""

    desired: Desired
    whole: Desired
    live: Live
    difference: Difference


def survey(desired: Desired, providers: Sequence[Provider]) -> Survey:
    """Every provider adds what is implied, then reads what is wanted and what is owned; nothing is written.

    Raises TapdbError when a provider cannot read.
    """
    whole = completed(desired, providers)
    live = observe(whole, providers)
    return Survey(desired, whole, live, diff(whole, live))


def completed(desired: Desired, providers: Iterable[Provider]) -> Desired:
    """`desired` with everything that it implies."""
    return reduce(lambda wanted, provider: provider.completed(wanted), providers, desired)


def observe(desired: Desired, providers: Iterable[Provider]) -> Live:
    """What every provider finds, as one."""
    live = Live()
    for provider in providers:
        live = live.joined(provider.inspect(desired))
    return live
