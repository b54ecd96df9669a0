"""What the environment's catalogues own, whole: now, or as the ledger says that it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.core import history
from tapdb_ctl.core.collector import paused
from tapdb_ctl.core.resource import Resource, is_retired
from tapdb_ctl.engine.surveying import completed, observe
from tapdb_ctl.errors import Severity, TapdbError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tapdb_ctl.core.ports import Archive, Database, Provider
    from tapdb_ctl.core.resource import Desired, Live


@paused()
def live(desired: Desired, provider: Provider) -> tuple[Resource, ...]:
    """What the catalogues own at this moment; raises TapdbError when it cannot be read, or is nothing."""
    # Whatever nobody wants and may go is read whole: it would be shown before it is destroyed.
    unwanted = replace(desired, resources={}, catalogs=dict.fromkeys(desired.catalogs, True))
    found = _fit(observe(completed(unwanted, (provider,)), (provider,)))
    return _theirs((r for r in found.resources.values() if not is_retired(r)), desired, "as of now")


@paused()
def adoptable(desired: Desired, database: Database, catalog: str) -> tuple[Resource, ...]:
    """What the catalogues own, and every live template that nobody owns, as if `catalog` did already.

    Raises TapdbError when it cannot be read, or is nothing.
    """
    nobodys = {address: Resource(address, {}) for address in database.unowned()}
    unwanted = replace(desired, resources=nobodys, catalogs=dict.fromkeys(desired.catalogs, True))
    found = _fit(observe(completed(unwanted, (database,)), (database,))).resources
    claimed = [replace(found[address], owner=catalog) for address in nobodys if address in found]
    owned = [r for r in found.values() if r.owner and not is_retired(r)]
    return _theirs((*claimed, *owned), replace(desired, catalogs={**desired.catalogs, catalog: True}), "as of now")


@paused()
def recorded(desired: Desired, archive: Archive, moment: int | datetime) -> tuple[Resource, ...]:
    """What the catalogues owned after a ledger entry, or at a time; raises TapdbError when the ledger cannot tell."""
    then = history.owned(archive.memory(moment), moment)
    return _theirs(then.values(), desired, f"after entry {moment}" if isinstance(moment, int) else f"at {moment}")


def _fit(found: Live) -> Live:
    """What was found, unless something is wrong with it."""
    if wrong := [finding for finding in found.findings if finding.severity is Severity.ERROR]:
        raise TapdbError(*wrong)
    return found


def _theirs(resources: Iterable[Resource], desired: Desired, moment: str) -> tuple[Resource, ...]:
    if owned := tuple(resource for resource in resources if resource.owner in desired.catalogs):
        return owned
    raise TapdbError.of(
        "PLN056",
        "there is nothing to export",
        f"{', '.join(sorted(desired.catalogs)) or desired.environment} owned nothing {moment}",
        "`tapdb history` says what was applied",
    )
