"""How a benchmark measures: medians of work and limit taken by turns, and what a whole process costs."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Scale:
    """How much work a run does; `--smoke` only shows that every benchmark still runs."""

    templates: int
    repeats: int


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was measured, the limit measured in the same run, and the goal."""

    work: str
    measured: float
    unit: str
    goal: str
    limit: float | None = None
    limit_is: str = ""

    def row(self) -> tuple[str, str, str, str, str]:
        """The cells: work, measured, limit, ratio, goal."""
        if self.limit is None:
            return self.work, self._text(self.measured), "", "", self.goal
        limit = f"{self._text(self.limit)} ({self.limit_is})"
        return self.work, self._text(self.measured), limit, f"{self.measured / self.limit:.2f}×", self.goal

    def _text(self, value: float) -> str:
        match self.unit:
            case "s":
                return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.0f} ms"
            case _:
                return f"{value:.0f} {self.unit}".strip()


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def by_turns(repeats: int, *works: Callable[[], float]) -> tuple[float, ...]:
    """The median of each measurement; they alternate, so that a noisy neighbour disturbs all alike."""
    rounds = [[work() for work in works] for _ in range(repeats)]
    return tuple(map(median, zip(*rounds, strict=True)))


# A process that has just been forked is as large as its parent, and the kernel counts that as its peak; so a
# small one stands between.
_BETWEEN = """\
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak(argv: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> float:
    """The peak resident memory of a command in MiB."""
    between = [sys.executable, "-S", "-E", "-c", _BETWEEN, *argv]
    printed = subprocess.run(between, cwd=cwd, env=env, check=True, capture_output=True, text=True).stdout
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024  # getrusage(2): bytes there, kilobytes elsewhere
    return int(printed) / unit


def child(argv: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> float:
    """How many seconds a command takes, its output unseen; raises CalledProcessError when it fails."""
    quiet = subprocess.DEVNULL
    return seconds(lambda: subprocess.run(argv, cwd=cwd, env=env, check=True, stdin=quiet, stdout=quiet))
