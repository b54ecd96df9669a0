"""Every guard is known to bite: without its mechanism, the test that holds a promise fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sabotages import SABOTAGES

ROOT = Path(__file__).parents[2]
TESTS_FAILED = 1


@pytest.mark.parametrize("name", SABOTAGES)
def test_the_guard_notices(name: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--sabotage", name]
    run = subprocess.run([*command, SABOTAGES[name].test], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == TESTS_FAILED, run.stdout
    assert " failed" in run.stdout.splitlines()[-1]
    assert " error" not in run.stdout.splitlines()[-1]
