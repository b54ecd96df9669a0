"""What must hold after a strike: all or nothing, told truthfully; then convergence, EUIDs for good, and no secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from faults import canaries, states
from faults.arena import APPLY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faults.arena import Arena, Ended, Project
    from faults.kinds import Kind
    from faults.states import State
    from worlds import World

_ERROR = re.compile(r"^error\[(\w+)\]", re.MULTILINE)
IN_DOUBT = "PG030"


def codes(end: Ended) -> list[str]:
    """The codes of the errors that a process told."""
    return _ERROR.findall(end.err)


def outcome(state: State | None, before: State | None, after: State) -> str:
    """Which of the two the database is: `before`, `after`, or something between."""
    return "after" if state == after else "before" if state == before else "between"


def told(end: Ended, found: str, kind: Kind) -> Iterator[str]:
    """What is wrong with how the process ended, seeing what it left."""
    if found == "between":
        yield "half of it is there"
    if end.hung:
        yield "it hung"
    if "Traceback" in end.out + end.err or "defect of tapdb" in end.err:
        yield "it showed a traceback or called itself defective"
    if end.code not in kind.exits:
        yield f"exit code {end.code}"
    match end.code:
        case 0:
            if found != "after" or "Apply complete!" not in end.out:
                yield f"exit code 0, and the database is as {found}"
        case 1:
            yield from _refused(end, found, kind)
        case 130 if not kind.abrupt and found != "before":
            yield f"interrupted, and the database is as {found}"
        case _:
            pass


def _refused(end: Ended, found: str, kind: Kind) -> Iterator[str]:
    given = codes(end)
    if len(given) != 1 or given[0] not in kind.findings:
        yield f"errors {given}"
    if "hint:" not in end.err:
        yield "no hint"
    if given != [IN_DOUBT] and found != "before":
        yield f"exit code 1, and the database is as {found}"
    if "What is in place now:" in end.err and ("in doubt" in end.err) != (given == [IN_DOUBT]):
        yield "the receipts do not fit the error"


def converges(project: Project, world: World, after: State) -> Iterator[str]:
    """What is wrong with a second apply and the plan after it."""
    second = project.run(*APPLY, "40s")
    if second.code != 0:
        yield f"the second apply: exit code {second.code}, {codes(second)}"
    state = states.read(world)
    if state is None or state != after:
        parts = state.differences(after) if state else "nothing"
        yield f"the second apply left {parts} otherwise than an undisturbed one"
    last = project.run("plan", "--detailed-exitcode", "--out", "last.json")
    if last.code != 0:
        yield f"the plan after it: exit code {last.code}"


def euids(world: World, *earlier: State | None) -> Iterator[str]:
    """What is wrong with EUIDs: those once committed stay with their rows, and no row gets one again."""
    now = states.read(world)
    assert now
    if len(set(now.euids.values())) != len(now.euids):
        yield "two rows have the same EUID"
    for state in filter(None, earlier):
        if any(now.euids.get(row) != euid for row, euid in state.euids.items()):
            yield "a committed EUID changed or went"
    known = set(now.euids.values()).union(*(state.euids.values() for state in earlier if state))
    if any(euid in known for (euid,) in states.made_now(world)):
        yield "a new row got a used EUID"


def secrets(arena: Arena, project: Project, world: World) -> Iterator[str]:
    """Where a canary is found again."""
    for end in project.said:
        if canaries.found((end.out + end.err).encode()):
            yield "a secret in the output"
    for place in (project.folder.path, arena.home):
        for file in (f for f in place.rglob("*") if f.is_file() and "data" not in f.relative_to(place).parts):
            if canaries.found(file.read_bytes()):
                yield f"a secret in {file.relative_to(place)}"
    if canaries.found(states.writings(world)):
        yield "a secret in the ledger or the audit log"
