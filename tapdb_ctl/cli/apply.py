"""`tapdb apply`."""

from pathlib import Path
from typing import Annotated

import typer

from tapdb_ctl.cli.options import Json, Look, Part, Patience, Permission, Selection


def apply(
    permission: Permission,
    part: Part,
    selection: Selection,
    patience: Patience,
    look: Look,
    *,
    planfile: Annotated[
        Path | None, typer.Argument(metavar="PLANFILE", help="A plan that `plan --out` saved.", show_default=False)
    ] = None,
    json: Json = False,
) -> int:
    """Make live state what the manifests say.

    Or, with PLANFILE, exactly what a saved plan says, if nothing has moved since.
    """
    from tapdb_ctl.cli import applying

    approved = permission.auto_approve or planfile is not None
    return applying.requested(
        permission, part, selection, patience, look, json=json, planfile=planfile, approved=approved
    )
