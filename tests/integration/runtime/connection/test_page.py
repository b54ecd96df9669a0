"""docs/runtime/connections.md runs as it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from documents import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs/runtime/connections.md"


def test_every_block_runs(dev: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(dev)
    names: dict[str, Any] = {}
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) > 5
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    for name in ("db", "replicated", "aurora"):
        names[name].close()
    printed = capsys.readouterr().out.split()
    assert printed[0].startswith("CX-")
    assert printed[1:] == ["True", "primary", "0", "True"]
    assert len(names["euids"]) == 3
