"""`tapdb apply`."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from tapdb_ctl.cli.options import Json, Look, Part, Patience, Selection

KINDS = ("template", "catalog", "column", "index", "grant", "rewrite", "policy")
"""What `--allow-destroy` takes: nothing else is ever destroyed. `catalog` lets the last template of one go, `rewrite` a
table be copied while nobody may use it, and `policy` more be destroyed than `policy.max_destroy` says."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What the user has agreed to beforehand."""

    auto_approve: Annotated[
        bool, typer.Option("--auto-approve", "-y", "--yes", help="Do not ask; allows no destruction.")
    ] = False
    allow_destroy: Annotated[
        list[str],
        typer.Option(
            "--allow-destroy",
            metavar="KIND",
            help="Allow a template, column or index to be destroyed, a grant to be revoked, a catalog to be emptied,"
            " a table to be locked for a rewrite, or more to go than the policy says; repeatable.",
        ),
    ] = field(default_factory=list)

    def check(self) -> None:
        """Raise BadParameter for a kind that is never destroyed."""
        from difflib import get_close_matches

        for kind in self.allow_destroy:
            if kind not in KINDS:
                close = get_close_matches(kind, KINDS, n=1)
                meant = f"did you mean {close[0]}?" if close else f"it takes {' or '.join(KINDS)}"
                raise typer.BadParameter(f"--allow-destroy: nothing is destroyed as {kind!r}; {meant}")


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
