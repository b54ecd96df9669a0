"""docs/runtime/queries.md prints what it shows."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from documents import ROOT, Page

if TYPE_CHECKING:
    from tapdb_ctl.runtime.session import TapdbSession

PAGE = Page(ROOT / "docs/runtime/queries.md")
TUBES = [
    {"barcode": "BC-1", "volume": 10, "maker": {"country": "CH"}},
    {"barcode": "BC-2", "volume": 2.5},
    {"barcode": "BC-3", "volume": 40},
    {"barcode": "BC-4", "volume": 0.5},
    {"barcode": "X-1", "volume": 12},
    {"maker": {"country": "CH"}},
]
UPDATE = text("UPDATE generic_instance SET bstatus = :status WHERE euid = :euid")


def test_the_page_shows_what_happens(session: TapdbSession, make: Any) -> None:
    session.execute(text("ALTER SEQUENCE cx_instance_seq RESTART WITH 100"))
    made = make(*TUBES)
    session.execute(UPDATE, {"status": "empty", "euid": made[-1]})
    session.execute(text("SELECT set_config('session.current_username', 'mia', true)"))
    session.execute(UPDATE, {"status": "full", "euid": made[2]})

    blocks = "\n".join(fence.text for fence in PAGE.fences("pycon"))
    test = doctest.DocTestParser().get_doctest(blocks, {"session": session}, str(PAGE), str(PAGE), 0)
    wrong: list[str] = []
    doctest.DocTestRunner().run(test, out=wrong.append)
    assert len(test.examples) > 20
    assert not wrong, "".join(wrong)
