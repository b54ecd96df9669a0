"""The programs of docs/runtime/aio.md print what stands below them."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise

from sqlalchemy import create_engine, text

from documents import ROOT, Page
from tapdb_ctl.runtime.urls import of_text

PAGE = Page(ROOT / "docs/runtime/aio.md")


def test_the_page_shows_what_happens(url: str) -> None:
    engine = create_engine(of_text(url))
    with engine.begin() as connection:
        connection.execute(text("ALTER SEQUENCE cx_instance_seq RESTART WITH 100"))
    engine.dispose()
    fences = PAGE.fences("python", "text")
    programs = [(code.text, said.text) for code, said in pairwise(fences) if said.language == "text"]
    assert len(programs) == 2
    for program, said in programs:
        environ = {**os.environ, "DATABASE_URL": url}
        shown = subprocess.run(
            [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=False
        )
        assert (shown.stdout, shown.stderr) == (said, "")


def test_an_engine_of_one_s_own_is_made_as_shown() -> None:
    (fence,) = [fence for fence in PAGE.fences("python") if "create_async_engine" in fence.text]
    names: dict[str, object] = {}
    exec(fence.text, names)
    sessions = names["sessions"]
    assert sessions().context.actor is None  # type: ignore[operator]
