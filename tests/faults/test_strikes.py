"""Each kind of fault once, small; `python -m tests.faults.run` strikes hundreds of times, on every version."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from faults import crowd, runs
from faults.arena import Arena, arena
from faults.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 7


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


@pytest.mark.parametrize("kind", KINDS)
def test_all_or_nothing_and_then_it_converges(place: Arena, kind: str) -> None:
    result = runs.run(place, KINDS[kind], SEED)
    assert result.faults == (), f"seed {SEED}, struck at {result.stage}, told {result.told}\n{result.said}"


def test_eight_at_once(place: Arena) -> None:
    result = crowd.run(place, SEED)
    assert result.faults == (), f"seed {SEED}\n{result.said}"
