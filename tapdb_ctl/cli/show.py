"""`tapdb show`."""

from pathlib import Path
from typing import Annotated

import typer

from tapdb_ctl.cli.options import Json, Look, Selection


def show(
    selection: Selection,
    look: Look,
    *,
    planfile: Annotated[
        Path | None, typer.Argument(metavar="PLANFILE", help="A plan that `plan --out` saved.", show_default=False)
    ] = None,
    json: Json = False,
) -> int:
    """Print what is live, or a saved plan.

    Without PLANFILE: the addresses of everything that tapdb manages.
    """
    from tapdb_ctl.cli.answering import answered
    from tapdb_ctl.cli.console import reader_may_go

    def work() -> int:
        lines = _saved(planfile, look, json=json) if planfile else _live(selection, look, json=json)
        with reader_may_go():
            look.console.data(lines)
        return 0

    return answered(work, look.console, json=json)


def _saved(planfile: Path, look: Look, *, json: bool) -> list[str]:
    """A saved plan, without asking any database; as JSON it is what the file holds."""
    from tapdb_ctl.cli import replaying
    from tapdb_ctl.views import human

    saved = replaying.read(planfile)
    return [saved.text] if json else list(human.lines(saved.plan, look.console.paint, limit=None))


def _live(selection: Selection, look: Look, *, json: bool) -> list[str]:
    from tapdb_ctl.cli import wiring
    from tapdb_ctl.engine.surveying import completed, observe
    from tapdb_ctl.views import live

    loaded = wiring.load(selection)
    with wiring.site(loaded, "show", lock_wait=0) as site:
        wanted = completed(loaded.desired, site.providers)
        found = observe(wanted, site.providers)
    if not found.resources:
        name = loaded.environment.name
        look.console.note([f"Nothing of environment {name} is live yet; `tapdb apply -e {name}` makes it."])
    return [live.document(found, wanted)] if json else list(live.addresses(found, wanted))
