"""Says how far an apply is: a bar on a terminal, events for machines, nothing where neither is wanted."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress, TaskID

PATIENCE = 0.5
"""Seconds until work counts as long: a bar that flashes by helps nobody."""

INTERVAL = 1.0
"""Seconds between two progress events."""


@contextmanager
def bar(total: int, *, colour: bool) -> Iterator[Callable[[int], None]]:
    """Counts steps; draws a bar on standard error once the work turns out to be long."""
    started, done = monotonic(), 0
    drawn: tuple[Progress, TaskID] | None = None

    def advance(steps: int) -> None:
        nonlocal done, drawn
        done += steps
        if drawn is None and monotonic() - started > PATIENCE:
            drawn = _drawn(total, colour=colour)
        if drawn:
            progress, task = drawn
            progress.update(task, completed=done)

    try:
        yield advance
    finally:
        if drawn:
            drawn[0].stop()


def events(emit: Callable[[int], None]) -> Callable[[int], None]:
    """Counts steps; calls `emit` with how many are done, at most once an `INTERVAL`."""
    last, done = monotonic(), 0

    def advance(steps: int) -> None:
        nonlocal last, done
        done += steps
        if monotonic() - last >= INTERVAL:
            last = monotonic()
            emit(done)

    return advance


def _drawn(total: int, *, colour: bool) -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import Progress

    progress = Progress(console=Console(file=sys.stderr, no_color=not colour), transient=True)
    task = progress.add_task("Applying", total=total)
    progress.start()
    return progress, task
