"""docs/runtime/bulk.md prints what it shows."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING

import pytest

from documents import ROOT, Page

if TYPE_CHECKING:
    from pathlib import Path

    from tapdb_ctl import InstanceFactory, TAPDBConnection

PAGE = Page(ROOT / "docs/runtime/bulk.md")


def test_the_page_shows_what_happens(
    laboratory: TAPDBConnection, factory: InstanceFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = "\n".join(fence.text for fence in PAGE.fences("pycon"))
    names = {"db": laboratory, "factory": factory}
    test = doctest.DocTestParser().get_doctest(blocks, names, str(PAGE), str(PAGE), 0)
    wrong: list[str] = []
    doctest.DocTestRunner().run(test, out=wrong.append)
    assert len(test.examples) > 10
    assert not wrong, "".join(wrong)
