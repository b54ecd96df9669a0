"""The order of changes: what is needed comes first, what is destroyed goes last, ties by address."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from tapdb_ctl.core.change import Change, Delete, subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def ordered(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes so that each comes after everything it needs; deletions last, dependants first.

    Types follow each other as the phases and the database need them, so that a template comes after the repair of
    a trigger even where nothing links the two.

    Raises graphlib.CycleError when resources need each other, which no provider declares.
    """
    changes = tuple(changes)
    kept = [change for change in changes if not isinstance(change, Delete)]
    gone = [change for change in changes if isinstance(change, Delete)]
    return (*_ranked(kept), *reversed(tuple(_ranked(gone))))


_RANKS = {"template": 3, "prefix": 2, "identity": 2, "environment": 2, "schema": 1}


def _ranked(changes: Sequence[Change]) -> Iterator[Change]:
    """By type first; what is of an unranked type comes before the database's own."""
    for rank in range(4):
        yield from _sorted(change for change in changes if _RANKS.get(change.address.type, 0) == rank)


def _sorted(changes: Iterable[Change]) -> Iterator[Change]:
    by_address = {change.address: change for change in changes}
    needs = {
        address: [need for need in subject(change).needs if need in by_address]
        for address, change in by_address.items()
    }
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        yield from (by_address[address] for address in ready)
        sorter.done(*ready)
