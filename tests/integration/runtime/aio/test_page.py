"""The programs of docs/runtime/aio.md print what stands below them."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

from declaring import declare
from documents import ROOT, Page

if TYPE_CHECKING:
    from pathlib import Path

    from pg_servers import Server
    from tapdb_ctl import TAPDBConnection

PAGE = Page(ROOT / "docs/runtime/aio.md")


def test_the_page_shows_what_happens(laboratory: TAPDBConnection, pg16: Server, tmp_path: Path) -> None:
    place = {"host": pg16.host, "port": pg16.port, "user": pg16.user, "password": "{env: SECRET_OF_A_TEST}"}
    declare(tmp_path, "dev", laboratory.engine.url.database or "", engine="postgres", **place)
    environ = {**os.environ, "SECRET_OF_A_TEST": pg16.password}
    fences = PAGE.fences("python", "text")
    programs = [(code.text, said.text) for code, said in pairwise(fences) if said.language == "text"]
    assert len(programs) == 2
    for program, said in programs:
        command = [sys.executable, "-c", program]
        shown = subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (shown.stdout, shown.stderr) == (said, "")


def test_an_engine_of_one_s_own_is_made_as_shown() -> None:
    (fence,) = [fence for fence in PAGE.fences("python") if "create_async_engine" in fence.text]
    names: dict[str, object] = {}
    exec(fence.text, names)
    sessions = names["sessions"]
    assert sessions().context.actor is None  # type: ignore[operator]
