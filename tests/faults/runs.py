"""One run: an apply is struck at a moment drawn from a seed, and what it left is judged."""

from __future__ import annotations

import random
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faults import canaries, judge, states
from faults.arena import APPLY, LOCK_TIMEOUT
from faults.kinds import Strike
from faults.moments import Tracker, draw, wait
from proxy import Proxy

if TYPE_CHECKING:
    from faults.arena import Arena, Ended, Project
    from faults.kinds import Kind
    from faults.scenes import Scene


@dataclass(frozen=True)
class Result:
    """What a strike met and left."""

    stage: str
    """Where the apply was when it was struck."""
    outcome: str
    """How the database was then: `before`, `after`; `in doubt` when tapdb could not tell."""
    told: str
    """The exit code, or the finding that came with it."""
    seconds: float
    """From the strike to the end of the process."""
    faults: tuple[str, ...]
    """What should not be."""
    said: str = ""
    """What the process printed, where something should not be."""


def run(arena: Arena, kind: Kind, seed: int) -> Result:
    """Strike, judge, clean up. The same seed draws the same scene and moment, as far as processes repeat themselves."""
    rng = random.Random(seed)
    scene = rng.choice(kind.scenes)
    name = f"fault_{seed}"
    project = arena.project(name, rng.choice(list(canaries.SOURCES)))
    arena.example(scene)
    strike = Strike(rng, arena, name)
    with kind.around(strike) as tablespace, arena.database(scene, name, tablespace):
        project.write(scene.wanted(arena.count))
        if seed % 4 == 0:
            project.run("plan", "--out", "plan.json")  # only to be searched for secrets
        stage, end, seconds = _struck(strike, kind, scene, project)
        kind.relieve(strike)
        result = _judged(strike, kind, scene, project, stage, end, seconds)
    shutil.rmtree(project.folder.path)
    return result


def _struck(strike: Strike, kind: Kind, scene: Scene, project: Project) -> tuple[str, Ended, float]:
    """An apply through a proxy, with the stage at which it was struck, its end, and how long that took to come."""
    moment = draw(strike.rng, strike.arena.example(scene).course, kind.earliest)
    tracker = strike.tracker = Tracker(moment.message, moment.held)

    def hook(message: bytes) -> None:
        tracker(message)
        kind.hear(strike, message)

    with Proxy(strike.arena.server.port, hook) as proxy:
        strike.proxy = proxy
        project.write(scene.wanted(strike.arena.count), proxy.port, kind.timeout(strike.rng))
        process = strike.process = project.start(*APPLY, f"{LOCK_TIMEOUT}s")
        wait(moment, process, tracker)
        stage = "over" if process.poll() is not None else tracker.stage
        at = time.monotonic()
        kind.strike(strike)
        tracker.struck.set()
        end = project.ended(process)
        seconds = time.monotonic() - at
        project.write(scene.wanted(strike.arena.count))
        return "commit" if strike.committing else stage, end, seconds


def _judged(
    strike: Strike, kind: Kind, scene: Scene, project: Project, stage: str, end: Ended, seconds: float
) -> Result:
    example, world = strike.arena.example(scene), strike.arena.world(strike.database)
    wrong = [] if strike.arena.settle() else ["a session of the struck apply is still there"]
    state = states.read(world)
    found = judge.outcome(state, example.before, example.after)
    wrong += judge.told(end, found, kind)
    wrong += judge.converges(project, world, example.after)
    wrong += judge.euids(world, example.before if scene.copied else None, state)
    wrong += judge.secrets(strike.arena, project, world)
    given = " ".join(judge.codes(end)) or str(end.code)
    doubt = given == judge.IN_DOUBT
    said = f"{end.out[-500:]}\n{end.err}" if wrong else ""
    return Result(stage, "in doubt" if doubt else found, given, seconds, tuple(wrong), said)
