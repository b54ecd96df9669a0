"""Tells GitHub Actions, besides the log: findings as annotations, plans and their ends in the summary of the job.

Nothing of it happens where GITHUB_ACTIONS is not `true`, and nothing of it can make a command fail.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tapdb_ctl.errors import Finding, Severity, TapdbError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from contextlib import AbstractContextManager

    from tapdb_ctl.cli.voices import Voice
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.report import Report

SUMMARY = 1024 * 1024 - 4096
"""Bytes of a step's summary. GitHub drops all of one that exceeds 1 MiB, so some are left for what others add."""

_LEAST = 8192
"""Bytes that a text needs to be worth its room."""


def running() -> bool:
    """Whether this is a step of GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


@contextmanager
def annotating() -> Iterator[list[Finding]]:
    """Annotate what the block puts into the list, and what it raises."""
    found: list[Finding] = []
    try:
        yield found
    except TapdbError as error:
        found += error.findings
        raise
    finally:
        if running():
            annotate(found)


def annotate(found: Sequence[Finding]) -> None:
    """Print annotations, on standard error since runners read both streams and data keeps the other."""
    from tapdb_ctl.manifest.positions import place
    from tapdb_ctl.views import github

    sys.stdout.flush()
    sys.stderr.writelines(f"{line}\n" for line in github.commands(list(map(_in_repository, place(found)))))


def summarise(text: Callable[[int], str]) -> None:
    """Append what `text` makes for so many bytes to the step's summary, if it has one."""
    if not running() or not (name := os.environ.get("GITHUB_STEP_SUMMARY")):
        return
    path = Path(name)
    try:
        room = SUMMARY - (path.stat().st_size if path.exists() else 0)
        if room < _LEAST:
            _unwritable(f"{path} is full: GitHub takes 1 MiB a step", "run fewer commands in a step")
            return
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{text(room)}\n")
    except OSError as error:
        _unwritable(f"{path}: {error.strerror}", "check the path and its permissions")


def summarise_plan(plan: Plan) -> None:
    """Append the plan to the step's summary."""
    from tapdb_ctl.views import markdown

    summarise(lambda room: markdown.plan(plan, room))


class Listening:
    """A voice that tells another voice and GitHub Actions."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._found: list[Finding] = []
        self._plan: Plan | None = None

    def planned(self, plan: Plan, refused: Collection[Finding]) -> None:
        """The plan goes into the summary; its findings are kept, for a step's annotations are counted together."""
        from tapdb_ctl.views import human

        self._plan = plan
        self._found += human.shown(plan, refused)
        self._voice.planned(plan, refused)
        summarise_plan(plan)

    def applying(self, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """Nothing that GitHub would show."""
        return self._voice.applying(total)

    def completed(self, report: Report) -> None:
        """The end goes into the summary."""
        from tapdb_ctl.views import github

        self._voice.completed(report)
        annotate(self._found)
        summarise(lambda _: github.applied(report))

    def failed(self, error: TapdbError) -> None:
        """Why, as annotations and in the summary."""
        from tapdb_ctl.cli.voices import whereabouts
        from tapdb_ctl.manifest.positions import place
        from tapdb_ctl.views import github
        from tapdb_ctl.views.text import PLAIN

        self._voice.failed(error)
        annotate([*self._found, *error.findings])
        phases = whereabouts(self._plan, error, PLAIN) if self._plan else []
        summarise(lambda room: github.failed(place(error.findings), phases, room - _LEAST // 2))


def listening(voice: Voice) -> Voice:
    """The voice, with GitHub Actions listening where it is there."""
    return Listening(voice) if running() else voice


def _in_repository(finding: Finding) -> Finding:
    """The finding with its file as GitHub names it: seen from the root of the repository."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    if not (finding.where and workspace):
        return finding
    file, root = Path(finding.where.file).resolve(), Path(workspace).resolve()
    if not file.is_relative_to(root):
        return finding
    return replace(finding, where=replace(finding.where, file=file.relative_to(root).as_posix()))


def _unwritable(detail: str, hint: str) -> None:
    from tapdb_ctl.cli import console

    warning = Finding("CLI019", "the step summary cannot be written", detail, hint, Severity.WARNING)
    console.findings([warning])
