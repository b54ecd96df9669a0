"""Eight applies at once, of different catalogues on one database: one after the other, none lost, none half done."""

from __future__ import annotations

import random
import shutil
import time
from typing import TYPE_CHECKING

from faults import canaries, judge, states
from faults.arena import APPLY
from faults.runs import Result
from faults.scenes import NEW, USED
from folders import pack

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from faults.arena import Arena, Ended, Project
    from faults.states import State

NAME = "eight at once"
SIZE = 8
STALE = "PLN030"


def run(arena: Arena, seed: int) -> Result:
    """Start them together and judge. On a new database those that planned on nothing are told so, and apply again."""
    scene = random.Random(seed).choice((NEW, USED))
    name = f"fault_{seed}"
    world = arena.world(name)
    projects = [_project(arena, name, number) for number in range(SIZE)]
    with arena.database(scene, name):
        before = states.read(world)
        started = time.monotonic()
        ends = [project.ended(process) for project, process in [(p, p.start(*APPLY, "60s")) for p in projects]]
        seconds = time.monotonic() - started
        state = states.read(world)
        applied = [number for number, end in enumerate(ends) if end.code == 0]
        wrong = [f"exit code {end.code}, {judge.codes(end)}" for end in ends if not _fair(end, new=scene == NEW)]
        wrong += _lost(state, before, applied, arena.count // SIZE)
        wrong += [fault for project in projects for fault in _unfinished(project)]
        wrong += _lost(states.read(world), before, range(SIZE), arena.count // SIZE)
        wrong += judge.euids(world, before, state)
        wrong += [fault for project in projects for fault in judge.secrets(arena, project, world)]
    for project in projects:
        shutil.rmtree(project.folder.path)
    said = "\n".join(end.err for end in ends if end.code)
    return Result("no one place", "after", f"{len(applied)} of {SIZE} at once", seconds, tuple(wrong), said)


def _project(arena: Arena, database: str, number: int) -> Project:
    """A catalogue of its own on the common database."""
    project = arena.project(database, next(iter(canaries.SOURCES)), f"{database}-{number}")
    project.write(pack(arena.count // SIZE, type=f"crowd{number}"))
    manifest = project.folder.path / "manifests" / "dev.yaml"
    manifest.write_text(manifest.read_text().replace("name: lab", f"name: lab{number}"))
    return project


def _fair(end: Ended, *, new: bool) -> bool:
    """Applied; or, where eight planned to build the same schema, seven times told that somebody else has."""
    return end.code == 0 or (new and end.code == 1 and judge.codes(end)[:1] == [STALE])


def _unfinished(project: Project) -> Iterator[str]:
    """What is wrong with applying again what was stale, and with the plan then."""
    if project.said[-1].code and (code := project.run(*APPLY, "60s").code):
        yield f"exit code {code} of the second apply"
    if code := project.run("plan", "--detailed-exitcode").code:
        yield f"exit code {code} of the plan afterwards"


def _lost(state: State | None, before: State | None, applied: Collection[int], each: int) -> list[str]:
    """What is not there of the applies that were told as done, or there of the others."""
    assert state or not applied
    there = {code for code in (state.templates if state else {}) if "crowd" in code}
    wanted = {f"container/crowd{number}/t{n}/1.0" for number in applied for n in range(each)}
    owned = {at for at in (state.owned if state else {}) if "crowd" in at}
    entries = len(state.entries) if state else 0
    wrong = []
    if there != wanted or owned != {f"template.{code}" for code in wanted}:
        wrong.append(f"{len(there)} templates, {len(owned)} owned, of {len(wanted)}")
    if entries != len(applied) + (len(before.entries) if before else 0):
        wrong.append(f"{entries} entries in the ledger for {len(applied)} applies")
    return wrong
