"""Strikes applies on real servers, and prints what became of them as Markdown.

    python -m tests.faults.run [--runs 200] [--seed 1] [--server 15|16|18] [--kind KIND]

Runs are dealt out to the servers (all three unless named) and to the kinds in turn; each run's seed is printed with it,
and `--runs 1 --seed SEED --server N --kind KIND` repeats it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.append(str(Path(__file__).parents[1]))  # the helpers of the tests

from faults import crowd, moments, runs
from faults.arena import arena
from faults.kinds import KINDS, possible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faults.arena import Arena
    from faults.runs import Result

NAMES = (*KINDS, crowd.NAME)


def main() -> int:
    """Print a line a run, then the tables; 1 when anything was wrong."""
    arguments = _parser().parse_args()
    results: list[tuple[str, Result]] = []
    for major, seeds in _dealt(arguments.server or [15, 16, 18], arguments.seed, arguments.runs):
        with tempfile.TemporaryDirectory(prefix="tapdb-faults-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            with arena(major, folder) as place:
                for seed in seeds:
                    kind, result = _run(place, arguments.kind or NAMES[seed % len(NAMES)], seed)
                    _report(major, seed, kind, result)
                    results.append((kind, result))
    _print(_kinds(results))
    _print(_stages(results))
    return int(any(result.faults for _, result in results))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Strike applies and print what became of them.")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first run; the next is one more")
    parser.add_argument("--server", type=int, action="append", choices=[15, 16, 18], help="default: all of them")
    parser.add_argument("--kind", choices=NAMES, help="default: in turn")
    return parser


def _dealt(majors: list[int], first: int, count: int) -> Iterator[tuple[int, range]]:
    """Each server's share of the seeds, in one piece."""
    for index, major in enumerate(majors):
        yield major, range(first + count * index // len(majors), first + count * (index + 1) // len(majors))


def _run(place: Arena, name: str, seed: int) -> tuple[str, Result]:
    """The kind that was struck with, and what came of it."""
    if name == crowd.NAME:
        return name, crowd.run(place, seed)
    kind = possible(KINDS[name])
    if kind.name != name:
        print(f"No file system may be mounted here: '{kind.name}' stands for '{name}'.")
    return kind.name, runs.run(place, kind, seed)


def _report(major: int, seed: int, kind: str, result: Result) -> None:
    how = f"struck at {result.stage}, told {result.told}, is {result.outcome}, {result.seconds:.1f} s"
    print(f"PostgreSQL {major}, seed {seed}, {kind}: {how}", flush=True)
    if result.faults:
        again = f"python -m tests.faults.run --runs 1 --seed {seed} --server {major} --kind '{kind}'"
        print(f"  FAILED: {'; '.join(result.faults)}\n  again: {again}\n{result.said}", flush=True)


def _kinds(results: list[tuple[str, Result]]) -> Iterator[tuple[object, ...]]:
    yield "kind", "runs", "failures", "nothing of it", "all of it", "in doubt", "told", "longest end"
    yield ("---",) * 8
    for name in NAMES:
        if mine := [result for kind, result in results if kind == name]:
            outcomes = Counter(result.outcome for result in mine)
            told = ", ".join(f"{code} {n}×" for code, n in sorted(Counter(r.told for r in mine).items()))
            counts = (
                len(mine),
                sum(bool(r.faults) for r in mine),
                *(outcomes[o] for o in ("before", "after", "in doubt")),
            )
            yield name, *counts, told, f"{max(r.seconds for r in mine):.1f} s"


def _stages(results: list[tuple[str, Result]]) -> Iterator[tuple[object, ...]]:
    yield "struck at", "runs", "nothing of it", "all of it", "in doubt"
    yield ("---",) * 5
    for stage in moments.STAGES:
        if mine := [result.outcome for _, result in results if result.stage == stage]:
            yield stage, len(mine), *(mine.count(outcome) for outcome in ("before", "after", "in doubt"))


def _print(rows: Iterator[tuple[object, ...]]) -> None:
    print()
    for row in rows:
        print("|", " | ".join(str(cell) for cell in row), "|", flush=True)


if __name__ == "__main__":
    sys.exit(main())
