"""docs/runtime/actions.md runs as it stands, and prints what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from documents import ROOT, Page
from runtime_worlds import connected

if TYPE_CHECKING:
    from collections.abc import Callable

    from pg_servers import Server

PAGE = Page(ROOT / "docs" / "runtime" / "actions.md")


def test_every_block_prints_what_follows_it(
    pg16: Server, runtime_database: Callable[[Server], str], capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = PAGE.fences("python", "text")
    assert [block.language for block in blocks] == ["python", "text"] * (len(blocks) // 2)
    with connected(pg16, runtime_database(pg16), app_username="ada") as db:
        names: dict[str, Any] = {"db": db}
        for code, shown in zip(blocks[::2], blocks[1::2], strict=True):
            exec(compile("\n" * code.line + code.text, str(PAGE.path), "exec"), names)
            assert capsys.readouterr().out == shown.text
