"""docs/runtime/queries.md prints what it shows."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING

from documents import ROOT, Page

if TYPE_CHECKING:
    from tapdb_ctl import InstanceFactory, TAPDBConnection

PAGE = Page(ROOT / "docs/runtime/queries.md")


def test_the_page_shows_what_happens(laboratory: TAPDBConnection, factory: InstanceFactory) -> None:
    blocks = "\n".join(fence.text for fence in PAGE.fences("pycon"))
    wrong: list[str] = []
    with laboratory.get_session() as session:
        names = {"session": session, "factory": factory}
        test = doctest.DocTestParser().get_doctest(blocks, names, str(PAGE), str(PAGE), 0)
        doctest.DocTestRunner().run(test, out=wrong.append)
    assert len(test.examples) > 20
    assert not wrong, "".join(wrong)
