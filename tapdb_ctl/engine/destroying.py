"""Everything that the catalogues own, declared no longer: the desired state of `tapdb destroy`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.engine.planning import pruning

if TYPE_CHECKING:
    from tapdb_ctl.core.resource import Desired


def nothing_owned(desired: Desired) -> Desired:
    """`desired` without what catalogues declare, every one of them pruning.

    Templates are retired, property indexes dropped. Rows, EUIDs, the ledger and the schema stay; there is no way to
    drop those but by hand.
    """
    kept = {address: resource for address, resource in desired.resources.items() if resource.owner is None}
    return pruning(replace(desired, resources=kept))
