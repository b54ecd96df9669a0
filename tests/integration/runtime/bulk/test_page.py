"""docs/runtime/bulk.md prints what it shows."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from documents import ROOT, Page
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from pathlib import Path

    from tapdb_ctl import InstanceFactory, TAPDBConnection

PAGE = Page(ROOT / "docs/runtime/bulk.md")


def test_the_page_shows_what_happens(
    db: TAPDBConnection, factory: InstanceFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with db.session_scope(commit=True) as session:
        session.execute(text("ALTER SEQUENCE cx_instance_seq RESTART WITH 100"))
    blocks = "\n".join(fence.text for fence in PAGE.fences("pycon"))
    names = {"db": db, "factory": factory, "generic_instance": generic_instance}
    test = doctest.DocTestParser().get_doctest(blocks, names, str(PAGE), str(PAGE), 0)
    wrong: list[str] = []
    doctest.DocTestRunner().run(test, out=wrong.append)
    assert len(test.examples) > 10
    assert not wrong, "".join(wrong)
