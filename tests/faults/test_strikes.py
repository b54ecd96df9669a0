"""Each kind of fault once, small; `python -m tests.faults.run` strikes hundreds of times, on every version.

One kind is left to it, which waits for twenty seconds; tests/integration/promises holds what a doubt is told as.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from faults import crowd, runs
from faults.arena import Arena, arena
from faults.kinds import KINDS, possible
from faults.moments import Moment
from faults.scenes import USED

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 7
QUICK_SEED = 3
"""With it the line ends when the reply is lost, rather than falling silent, which is waited for."""
SITECUSTOMIZE = """
import sys
from types import SimpleNamespace
sys.path.append({tests!r})
from sabotages import SABOTAGES
SABOTAGES[{name!r}].commit(SimpleNamespace(setattr=setattr))
"""


@pytest.fixture(scope="module")
def place() -> Iterator[Arena]:
    """Not the server of the other tests: this one is taken down."""
    folder = Path(tempfile.mkdtemp(prefix="tapdb-faults-"))
    folder.chmod(0o755)
    try:
        with arena(16, folder, count=400) as made:
            yield made
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("kind", [name for name in KINDS if name != "COMMIT into a black hole"])
def test_all_or_nothing_and_then_it_converges(place: Arena, kind: str) -> None:
    seed = SEED + list(KINDS).index(kind)
    result = runs.run(place, possible(KINDS[kind]), seed)
    assert result.faults == (), f"seed {seed}, struck at {result.stage}, told {result.told}\n{result.said}"


@pytest.mark.parametrize(
    ("sabotage", "kind", "stage", "noticed"),
    [
        ("commit-every-page", "kill -9 of tapdb", "proof", "half of it is there"),
        ("give-up-on-a-lost-reply", "COMMIT reply lost", "commit", "exit code 1"),
    ],
)
def test_what_is_broken_is_noticed(
    place: Arena, sabotage: str, kind: str, stage: str, noticed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real process, with one mechanism taken out of it."""
    tests = str(Path(__file__).parents[1])
    (tmp_path / "sitecustomize.py").write_text(SITECUSTOMIZE.format(tests=tests, name=sabotage))
    number = [stage for _, stage in place.example(USED).course.heard].index(stage)
    monkeypatch.setattr(runs, "draw", lambda *_: Moment(0, number, held=kind.startswith("kill")))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    result = runs.run(place, replace(KINDS[kind], scenes=(USED,)), QUICK_SEED)
    assert noticed in " ".join(result.faults)


def test_eight_at_once(place: Arena) -> None:
    result = crowd.run(place, SEED)
    assert result.faults == (), f"seed {SEED}\n{result.said}"
