"""`tapdb import`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tapdb_ctl.cli.options import Json, Look, Part, Patience, Permission, Selection

if TYPE_CHECKING:
    from tapdb_ctl.cli.wiring import Site
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.manifest.loading import Loaded


def import_(
    permission: Permission,
    selection: Selection,
    patience: Patience,
    look: Look,
    *,
    address: Annotated[
        list[str] | None,
        typer.Argument(metavar="ADDRESS", help="What to adopt; globs allowed; else all.", show_default=False),
    ] = None,
    generate: Annotated[
        Path | None,
        typer.Option("--generate", metavar="DIR", help="Only write packs of what is live into DIR, and declare them."),
    ] = None,
    json: Json = False,
) -> int:
    """Adopt what is declared, exists, and belongs to nobody.

    It is taken over as it is, and nothing else about it changes; `tapdb plan` then shows how it differs from the
    manifests. What that needs, such as tapdb's own tables in a database of TAPDB, is made at the same time.
    """
    from tapdb_ctl.cli import applying

    if generate:
        from tapdb_ctl.cli import generating

        return generating.generate(selection, look, generate)
    patterns = tuple(address or ["*"])

    def plan(loaded: "Loaded", site: "Site", _: Part) -> "Plan":
        from tapdb_ctl.cli import planning
        from tapdb_ctl.engine import adopting

        return planning.placed(loaded, adopting.plan(loaded.desired, site.providers, patterns, site.world.database))

    return applying.requested(permission, Part(), selection, patience, look, json=json, command="import", make=plan)
