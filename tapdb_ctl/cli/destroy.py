"""`tapdb destroy`."""

from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.cli.options import Json, Look, Part, Patience, Permission, Selection

if TYPE_CHECKING:
    from tapdb_ctl.cli.wiring import Site
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.manifest.loading import Loaded


def destroy(
    permission: Permission, part: Part, selection: Selection, patience: Patience, look: Look, *, json: Json = False
) -> int:
    """Retire everything that the environment's catalogues own.

    Templates are marked as deleted, property indexes dropped; rows, EUIDs, the ledger and the schema stay. Asked for by
    kind as in any apply: --allow-destroy template --allow-destroy catalog.
    """
    from tapdb_ctl.cli import applying

    return applying.requested(permission, part, selection, patience, look, json=json, command="destroy", make=_plan)


def _plan(loaded: "Loaded", site: "Site", part: Part) -> "Plan":
    from tapdb_ctl.cli import planning
    from tapdb_ctl.engine.destroying import nothing_owned

    return planning.made(replace(loaded, desired=nothing_owned(loaded.desired)), site, part)
