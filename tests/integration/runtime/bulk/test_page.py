"""docs/runtime/bulk.md prints what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from doctests import differences
from documents import ROOT, Page

if TYPE_CHECKING:
    from pathlib import Path

    from tapdb_ctl import InstanceFactory, TAPDBConnection

PAGE = Page(ROOT / "docs/runtime/bulk.md")


def test_the_page_shows_what_happens(
    laboratory: TAPDBConnection, factory: InstanceFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = {"db": laboratory, "factory": factory}
    assert not (wrong := differences(PAGE, names)), wrong
