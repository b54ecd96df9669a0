"""`tapdb rollback`."""

from dataclasses import dataclass
from typing import Annotated

import typer

from tapdb_ctl.cli.options import Json, Look, Part, Patience, Permission, Selection


@dataclass(frozen=True, slots=True)
class Goal:
    """The ledger entry to go back to, named in one of two ways."""

    number: Annotated[
        int | None, typer.Argument(metavar="N", min=1, help="The ledger entry to go back to.", show_default=False)
    ] = None
    to: Annotated[int | None, typer.Option("--to", metavar="N", min=1, help="The same.")] = None

    @property
    def entry(self) -> int:
        """Its number; raises BadParameter unless it is named once."""
        if self.number is not None and self.to is None:
            return self.number
        if self.to is not None and self.number is None:
            return self.to
        raise typer.BadParameter("name one ledger entry: tapdb rollback N")


def rollback(
    goal: Goal,
    permission: Permission,
    part: Part,
    selection: Selection,
    patience: Patience,
    look: Look,
    *,
    json: Json = False,
) -> int:
    """Bring back what the catalogues owned after ledger entry N.

    A plan like any other, with the schema, roles and policy as the manifests say now. Sequences never go back. `tapdb
    history` lists the entries, `tapdb plan --to-apply N` shows the plan alone.
    """
    from functools import partial

    from tapdb_ctl.cli import applying, planning, wiring

    make, load = partial(planning.made, to_apply=goal.entry), wiring.load_for_the_past
    return applying.requested(
        permission, part, selection, patience, look, json=json, command="rollback", make=make, load=load
    )
