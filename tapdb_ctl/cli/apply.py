"""`tapdb apply`."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from tapdb_ctl.cli.options import Json, Look, Part, Patience, Selection


@dataclass(frozen=True, slots=True)
class Permission:
    """What the user has agreed to beforehand."""

    auto_approve: Annotated[
        bool, typer.Option("--auto-approve", "-y", "--yes", help="Do not ask; allows no destruction.")
    ] = False
    allow_destroy: Annotated[
        list[str],
        typer.Option(
            "--allow-destroy", metavar="KIND", help="Allow this kind, such as template, to be destroyed; repeatable."
        ),
    ] = field(default_factory=list)


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
    from tapdb_ctl.cli import applying, voices  # noqa: PLC0415 - heavy

    part.check()
    request = applying.Request(
        selection=selection,
        part=part,
        planfile=planfile,
        approved=permission.auto_approve or planfile is not None,
        may_ask=patience.may_ask and not json,
        lock_wait=patience.lock_seconds,
        destroy=frozenset(permission.allow_destroy),
    )
    return applying.run(request, voices.Machine(look.console) if json else voices.Person(look.console))
