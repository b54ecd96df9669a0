"""How an apply is told: to a person, or as events to a machine."""

from __future__ import annotations

import sys
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Protocol

from tapdb_ctl import __version__
from tapdb_ctl.cli import planning, progress
from tapdb_ctl.engine.applying import PhaseError
from tapdb_ctl.errors import StalePlanError
from tapdb_ctl.manifest.positions import place
from tapdb_ctl.views import human
from tapdb_ctl.views import report as report_view
from tapdb_ctl.views.events import Events

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from contextlib import AbstractContextManager

    from tapdb_ctl.cli.console import Console
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.report import Report
    from tapdb_ctl.errors import Finding, TapdbError
    from tapdb_ctl.views.text import Paint


class Voice(Protocol):
    """Tells an apply's course; each of these is called at most once, in this order."""

    def planned(self, plan: Plan, refused: Collection[Finding]) -> None:
        """This is what will be done; what is `refused`, `failed` will tell."""

    def applying(self, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """It is being done; what is yielded is told how many more of `total` steps are."""

    def completed(self, report: Report) -> None:
        """It is done."""

    def failed(self, error: TapdbError) -> None:
        """It is not, at whatever point."""


def whereabouts(plan: Plan, error: TapdbError, paint: Paint) -> list[str]:
    """What is in place after a failure and how to go on; nothing when the apply had not begun."""
    if not isinstance(error, PhaseError):
        return []
    command = f"tapdb {_next(plan, stale=isinstance(error.__cause__, StalePlanError))} -e {plan.environment}"
    return list(report_view.failure(plan, error.receipts, command, paint))


def _next(plan: Plan, *, stale: bool) -> str:
    """The command that goes on: with a look at the difference where the plan was stale."""
    if plan.rollback_to is None:
        return "plan" if stale else "apply"
    return f"plan --to-apply {plan.rollback_to}" if stale else f"rollback {plan.rollback_to}"


class Person:
    """Plain words: the plan and the last line on standard output, the rest on standard error."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._plan: Plan | None = None

    def planned(self, plan: Plan, refused: Collection[Finding]) -> None:
        """Show the plan."""
        self._plan = plan
        planning.show(plan, self._console, refused)

    def applying(self, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """A progress bar, on a terminal only."""
        sys.stdout.flush()
        quiet = self._console.quiet or not sys.stderr.isatty()
        return nullcontext(lambda _: None) if quiet else progress.bar(total, colour=self._console.aside.colour)

    def completed(self, report: Report) -> None:
        """A line a phase, then Terraform's last line."""
        if report.receipts:
            self._console.note(["", *report_view.receipts(report.receipts, self._console.aside)])
        self._console.data(["", report_view.complete(report)])
        if self._plan and human.narrowed(self._plan):
            self._console.note(["", report_view.incomplete(self._plan.environment)])

    def failed(self, error: TapdbError) -> None:
        """What is wrong, what is in place, and how to go on."""
        self._console.findings(error.findings)
        if self._plan:
            self._console.note(whereabouts(self._plan, error, self._console.aside))


class Machine:
    """NDJSON events on standard output, nothing else anywhere."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._events = Events()
        self._say(self._events.version(__version__))
        self._environment = ""

    def planned(self, plan: Plan, refused: Collection[Finding]) -> None:
        """An event a change."""
        self._environment = plan.environment
        self._say(*self._events.planned(plan, refused))

    @contextmanager
    def applying(self, total: int) -> Iterator[Callable[[int], None]]:
        """A start event, then progress every second."""
        self._say(self._events.started(self._environment, total))
        yield progress.events(lambda done: self._say(self._events.progress(done, total)))

    def completed(self, report: Report) -> None:
        """The end, and the numbers."""
        self._say(*self._events.completed(report))

    def failed(self, error: TapdbError) -> None:
        """A diagnostic a finding, then the end."""
        receipts = error.receipts if isinstance(error, PhaseError) else ()
        self._say(*self._events.errored(place(error.findings), receipts))

    def _say(self, *events: str) -> None:
        self._console.data(events)
        sys.stdout.flush()
