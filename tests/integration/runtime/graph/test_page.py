"""docs/runtime/lineage.md prints what it shows."""

import doctest

from documents import ROOT, Page
from tapdb_ctl import TAPDBConnection
from tapdb_ctl.runtime.factory import InstanceFactory

PAGE = Page(ROOT / "docs/runtime/lineage.md")


def test_the_page_shows_what_happens(db: TAPDBConnection, factory: InstanceFactory) -> None:
    blocks = "\n".join(fence.text for fence in PAGE.fences("pycon"))
    wrong: list[str] = []
    with db.session_scope() as session:
        names = {"session": session, "factory": factory}
        test = doctest.DocTestParser().get_doctest(blocks, names, str(PAGE), str(PAGE), 0)
        doctest.DocTestRunner().run(test, out=wrong.append)
    assert len(test.examples) > 30
    assert not wrong, "".join(wrong)
