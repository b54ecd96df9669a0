"""How a command that answers machines fails: in the form in which it would have answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.errors import TapdbError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapdb_ctl.cli.console import Console

FAILED = 1


def answered(work: Callable[[], int], console: Console, *, json: bool) -> int:
    """What `work` returns; with `--json` a foreseen failure is printed as `validate --json` prints findings."""
    try:
        return work()
    except TapdbError as error:
        if not json:
            raise
        from tapdb_ctl.manifest.positions import place
        from tapdb_ctl.views import documents

        console.data([documents.findings(place(error.findings))])
        return FAILED
