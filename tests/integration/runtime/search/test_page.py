"""docs/runtime/queries.md prints what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doctests import differences
from documents import ROOT, Page

if TYPE_CHECKING:
    from tapdb_ctl import InstanceFactory, TAPDBConnection

PAGE = Page(ROOT / "docs/runtime/queries.md")


def test_the_page_shows_what_happens(laboratory: TAPDBConnection, factory: InstanceFactory) -> None:
    with laboratory.get_session() as session:
        names = {"session": session, "factory": factory}
        assert not (wrong := differences(PAGE, names)), wrong
