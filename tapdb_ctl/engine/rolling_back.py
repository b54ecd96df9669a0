"""An earlier state as a plan like any other: what the catalogues owned after a ledger entry, wanted again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.core import history
from tapdb_ctl.core.change import Create
from tapdb_ctl.core.restoring import restored
from tapdb_ctl.errors import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.ports import Archive
    from tapdb_ctl.core.resource import Desired, Resource


def noted(made: Plan, number: int) -> Plan:
    """A plan of what `wanted` gave, saying what it is and which templates exist no longer and are made anew."""
    return replace(made, findings=(*made.findings, *_anew(made)), rollback_to=number)


def wanted(
    desired: Desired, archive: Archive, number: int, declared: Callable[[Iterable[Resource]], Iterator[Resource]]
) -> Desired:
    """`desired` with what its catalogues owned after entry `number` in place of what they declare.

    What no catalogue owns stays as the manifests say now. `declared` adds what the resources stand on. Every catalogue
    prunes: what came later goes. Raises TapdbError when the ledger does not reach back that far.
    """
    memory = archive.memory(number)
    found = restored(history.owned(memory, number), history.followed(memory), desired.catalogs)
    again = {resource.address: resource for resource in declared(found.resources.values())}
    unowned = {at: resource for at, resource in desired.resources.items() if resource.owner is None}
    earlier = replace(
        desired,
        resources=dict(sorted({**again, **unowned}.items())),
        catalogs=dict.fromkeys(desired.catalogs, True),
    )
    told = [*found.findings, *([] if _same(earlier, desired) else [_differs(number)])]
    return replace(earlier, unreconciled=(*desired.unreconciled, *told))


def _same(left: Desired, right: Desired) -> bool:
    """Whether both want the catalogues to own the same."""
    one, other = (
        {at: (r.owner, bool(r.protected), r.digest) for at, r in each.resources.items() if r.owner}
        for each in (left, right)
    )
    return one == other


def _anew(made: Plan) -> Iterator[Finding]:
    for planned in made.changes:
        if isinstance(planned.change, Create) and planned.change.address.type == "template":
            yield Finding(
                "PLN054",
                "a template that was there then is made anew",
                f"the row of {planned.change.address} is gone, so it gets another EUID and has no instances",
                "restore the row from a backup first, if its EUID matters",
                Severity.WARNING,
                address=str(planned.change.address),
            )


def _differs(number: int) -> Finding:
    return Finding(
        "PLN055",
        "the manifests do not say what this plan restores",
        f"it leads to what was owned after entry {number}; the next plan leads back to what the manifests say",
        f"`tapdb export --at {number} DIR` writes manifests of that state",
        Severity.INFO,
    )
