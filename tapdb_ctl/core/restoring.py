"""What was owned at an earlier moment as what is wanted now; rows keep their identity, whatever their names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.errors import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.history import Trace
    from tapdb_ctl.core.resource import Resource


class Restored(NamedTuple):
    """What is to be wanted again, and what of the earlier moment cannot be brought back."""

    resources: dict[Address, Resource]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Rows:
    """Rows by the address that each has now: what it was called then, or the first trace of one that came later.

    `owners` are the present ones, or the last of what went.
    """

    then: dict[Address, Address]
    owners: dict[Address, str]
    newcomers: dict[Address, Trace] = field(default_factory=dict)

    def follow(self, trace: Trace) -> None:
        """Go one change further."""
        was = trace.previous or trace.address
        if was in self.then:
            self.then[trace.address] = self.then.pop(was)
        else:
            self.newcomers[trace.address] = self.newcomers.pop(was, trace)
        last = self.owners.pop(was, None)
        if owner := trace.owner or last:
            self.owners[trace.address] = owner


def restored(owned: Mapping[Address, Resource], since: Iterable[Trace], catalogs: Collection[str]) -> Restored:
    """What `catalogs` owned, each looked for where it is now.

    What is theirs now and was somebody else's then stays theirs, with the values that it had: it was not made since, so
    retiring it would undo nothing.
    """
    rows = _Rows({at: at for at in owned}, {at: r.owner for at, r in owned.items() if r.owner})
    for trace in since:
        rows.follow(trace)
    ours = {at: r for at, r in owned.items() if r.owner in catalogs}
    kept = {r.address: r for r in _kept(owned, rows, catalogs) if r.address not in ours}
    wanted = {**kept, **ours}
    moved = {then: now for now, then in rows.then.items() if now != then}
    moved |= {t.before.address: now for now, t in rows.newcomers.items() if t.before and now != t.before.address}
    barred = {at: now for at, now in moved.items() if at in wanted and (_taken(at, rows) or now in wanted)}
    names = {at: now for at, now in moved.items() if at not in barred}
    return Restored(
        {at: replace(r, renamed_from=names.get(at)) for at, r in wanted.items()},
        (*map(_stays, kept.values()), *(_parted(at, now) for at, now in sorted(barred.items()))),
    )


def _kept(owned: Mapping[Address, Resource], rows: _Rows, catalogs: Collection[str]) -> Iterator[Resource]:
    """What became ours since, existed before and was somebody else's, or nobody's; retired by us or not."""
    for now, owner in sorted(rows.owners.items()):
        if owner not in catalogs:
            continue
        was = owned[rows.then[now]] if now in rows.then else rows.newcomers[now].before
        if was and was.owner not in catalogs:
            yield replace(was, owner=owner, protected=None)


def _taken(address: Address, rows: _Rows) -> bool:
    return address in rows.then or address in rows.newcomers


def _stays(kept: Resource) -> Finding:
    return Finding(
        "PLN052",
        "something that belonged to somebody else then stays ours",
        f"{kept.address} became catalogue {kept.owner}'s since; it gets back the values that it had, not its owner",
        "another environment takes it back with `tapdb apply --force-conflicts`; to let it go, retire it afterwards",
        Severity.WARNING,
        address=str(kept.address),
    )


def _parted(then: Address, now: Address) -> Finding:
    return Finding(
        "PLN053",
        "a template cannot get its former row back",
        f"what was {then} is called {now} now, and that code was used again since; "
        "values come back under their codes, EUIDs and instances stay where they are",
        "rename by hand with `lifecycle.renamed_from`, one step after the other, if rows matter",
        Severity.WARNING,
        address=str(then),
    )
