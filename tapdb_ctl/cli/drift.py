"""`tapdb drift`."""

from typing import TYPE_CHECKING, Annotated

import typer

from tapdb_ctl.cli.options import Json, Look, Part, Patience, Selection

if TYPE_CHECKING:
    from tapdb_ctl.cli.console import Console
    from tapdb_ctl.core.plan import Plan

DIFFERENT = 2
"""The exit code of `--detailed-exitcode` when something differs."""


def drift(
    part: Part,
    selection: Selection,
    patience: Patience,
    look: Look,
    *,
    json: Json = False,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 2 when there are differences.")
    ] = False,
) -> int:
    """Show who made each difference, and when: the manifests, or somebody at the database.

    Compares what was applied last, what is live, and what is desired. Writes nothing.
    """
    from tapdb_ctl.cli.answering import answered
    from tapdb_ctl.errors import Severity

    part.check()

    def work() -> int:
        made = _made(part, selection, patience.lock_seconds)
        _show(made, look.console, json=json)
        if any(finding.severity is Severity.ERROR for finding in made.findings):
            return 1  # a policy may forbid to remove the difference, not to tell of it
        return DIFFERENT if detailed_exitcode and made.changes else 0

    return answered(work, look.console, json=json)


def _made(part: Part, selection: Selection, lock_seconds: float) -> "Plan":
    from tapdb_ctl.cli import planning, wiring

    loaded = wiring.load(selection)
    with wiring.site(loaded, "drift", lock_seconds) as site:
        return planning.made(loaded, site, part)


def _show(made: "Plan", console: "Console", *, json: bool) -> None:
    from tapdb_ctl.cli import planning
    from tapdb_ctl.cli.console import reader_may_go
    from tapdb_ctl.views import documents, drift

    with reader_may_go():
        if json:
            console.data([planning.document(made, documents.drift)])
        else:
            console.data((drift.summary if console.quiet else drift.lines)(made, console.paint))
