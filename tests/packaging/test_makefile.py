"""`make` says what is wrong with the Python that it was given."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OLD = """\
#!/bin/sh
if [ "$1" = -V ]; then echo Python 3.10.4; else exit 1; fi
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("Makefile", "pyproject.toml", "hatch_build.py"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def refusal(checkout: Path, python: str) -> str:
    command = ["make", "up", f"PYTHON={python}"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert not (checkout / ".venv").exists()
    return done.stderr


def test_a_python_that_is_too_old(checkout: Path) -> None:
    python = checkout / "python-old"
    python.write_text(OLD)
    python.chmod(0o755)
    assert "needs Python 3.11 or newer" in refusal(checkout, str(python))
    assert f"{python} is Python 3.10.4; name another" in refusal(checkout, str(python))


def test_a_python_that_is_not_there(checkout: Path) -> None:
    assert "there is no python-nowhere here" in refusal(checkout, "python-nowhere")
