"""docs/runtime/hooks.md prints what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doctests import differences
from documents import ROOT, Page

if TYPE_CHECKING:
    from tapdb_ctl import InstanceFactory, TAPDBConnection

PAGE = Page(ROOT / "docs/runtime/hooks.md")


def test_the_page_shows_what_happens(laboratory: TAPDBConnection, factory: InstanceFactory) -> None:
    names = {"db": laboratory, "factory": factory}
    assert not (wrong := differences(PAGE, names)), wrong
