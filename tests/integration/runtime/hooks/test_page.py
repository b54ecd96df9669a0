"""docs/runtime/hooks.md prints what it shows."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING

from documents import ROOT, Page

if TYPE_CHECKING:
    from tapdb_ctl import InstanceFactory, TAPDBConnection

PAGE = Page(ROOT / "docs/runtime/hooks.md")


def test_the_page_shows_what_happens(laboratory: TAPDBConnection, factory: InstanceFactory) -> None:
    blocks = "\n".join(fence.text for fence in PAGE.fences("pycon"))
    names = {"db": laboratory, "factory": factory}
    test = doctest.DocTestParser().get_doctest(blocks, names, str(PAGE), str(PAGE), 0)
    wrong: list[str] = []
    doctest.DocTestRunner().run(test, out=wrong.append)
    assert len(test.examples) > 10
    assert not wrong, "".join(wrong)
