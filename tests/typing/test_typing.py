"""What type checkers infer of the public names: the other files of this folder, read by mypy."""

from __future__ import annotations

from pathlib import Path

import mypy.api
import pytest

HERE = Path(__file__).parent
CONFIG = HERE.parents[1] / "pyproject.toml"


def test_types_are_inferred_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the cache that mypy keeps in the checkout, a second."""
    monkeypatch.chdir(CONFIG.parent)
    files = [str(file) for file in sorted(HERE.glob("*.py")) if file != Path(__file__)]
    said, failed, status = mypy.api.run(["--strict", "--config-file", str(CONFIG), *files])
    assert (status, failed) == (0, ""), said
    assert f"no issues found in {len(files)} source file" in said
