"""docs/runtime/lineage.md prints what it shows."""

from doctests import differences
from documents import ROOT, Page
from tapdb_ctl import TAPDBConnection
from tapdb_ctl.runtime.factory import InstanceFactory

PAGE = Page(ROOT / "docs/runtime/lineage.md")


def test_the_page_shows_what_happens(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session:
        names = {"session": session, "factory": factory}
        assert not (wrong := differences(PAGE, names)), wrong
