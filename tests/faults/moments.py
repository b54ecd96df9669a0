"""When a strike falls: at any time from the start of the process to its end, and within each part of the apply."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    import subprocess

STAGES = (
    "start",  # nothing was sent yet: the interpreter, the manifests
    "connect",
    "plan",
    "database",
    "lock",
    "re-read",
    "steps",
    "ledger",
    "proof",
    "commit",
    "end",  # the line is closed, the process goes
    "over",  # the process had ended
)
_PINNING = b"'search_path'"
_STEP = re.compile(rb"(DO|INSERT|UPDATE|DELETE)\b")


def stage_of(message: bytes, before: str) -> str:
    """Which part of the apply a message of the client begins, or goes on with."""
    text = message[5:]
    if message[:1] == b"p":
        return "connect" if before == "start" else before
    if message[:1] == b"X":
        return "end" if before == "commit" else before
    for begin, stage in (
        (b"CREATE DATABASE", "database"),
        (b"SELECT pg_current_xact_id", "lock"),
        (b"INSERT INTO tapdb_ledger ", "ledger"),
        (b"COMMIT", "commit"),
    ):
        if text.startswith(begin):
            return stage
    if _PINNING in text:
        return {"connect": "plan", "lock": "re-read", "ledger": "proof"}.get(before, before)
    return "steps" if before == "re-read" and _STEP.match(text) else before


@dataclass
class Tracker:
    """Listens to a client: at which stage it is, and which message it sends."""

    awaited: int | None = None
    """The number of the message to watch for."""
    held: bool = False
    """Whether that message is kept back until `struck` is set."""
    stage: str = "start"
    heard: list[tuple[float, str]] = field(default_factory=list)
    """Time and stage of each message."""
    reached: threading.Event = field(default_factory=threading.Event)
    struck: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, message: bytes) -> None:
        with self._lock:
            self.stage = stage_of(message, self.stage)
            self.heard.append((time.monotonic(), self.stage))
            number = len(self.heard) - 1
        if number == self.awaited:
            self.reached.set()
            if self.held:
                self.struck.wait(10)


@dataclass(frozen=True)
class Course:
    """How an undisturbed apply went: its length, and the message at each moment, in seconds from the start."""

    seconds: float
    heard: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Moment:
    """So many seconds after the start, or after a message; or while that message is held back."""

    after: float
    message: int | None = None
    held: bool = False


def draw(rng: random.Random, course: Course, earliest: float = 0) -> Moment:
    """Half of them evenly over the time, half evenly over the stages, so that short ones are struck too.

    `earliest` is a part of the time: there is none before.
    """
    if rng.random() < 0.5:
        return _at(rng.uniform(earliest, 1) * course.seconds, course)
    stages = sorted({stage for _, stage in course.heard})
    wanted = rng.choice(stages)
    number = rng.choice([n for n, (_, stage) in enumerate(course.heard) if stage == wanted])
    if rng.random() < 0.5:
        return Moment(0, number, held=True)
    ends = [at for at, _ in course.heard[number + 1 : number + 2]] or [course.seconds]
    return Moment(rng.uniform(0, ends[0] - course.heard[number][0]), number)


def _at(seconds: float, course: Course) -> Moment:
    """So long after the message before it, since a machine that has more to do than before is late with all of them."""
    number = sum(at <= seconds for at, _ in course.heard) - 1
    return Moment(seconds - course.heard[number][0], number) if number >= 0 else Moment(seconds)


def wait(moment: Moment, process: subprocess.Popen[str], tracker: Tracker) -> None:
    """Until the moment, or the end of the process."""
    started = time.monotonic()
    if moment.message is not None:
        while process.poll() is None and not tracker.reached.wait(0.005):
            pass
        started = time.monotonic()
    while process.poll() is None and (left := started + moment.after - time.monotonic()) > 0:
        time.sleep(min(left, 0.02))
