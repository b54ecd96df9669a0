"""docs/runtime/actions.md runs as it stands, and prints what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from documents import ROOT, Page

if TYPE_CHECKING:
    import pytest

    from tapdb_ctl import InstanceFactory, TAPDBConnection

PAGE = Page(ROOT / "docs" / "runtime" / "actions.md")


def test_every_block_prints_what_follows_it(
    laboratory: TAPDBConnection, factory: InstanceFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = PAGE.fences("python", "text")
    assert [block.language for block in blocks] == ["python", "text"] * (len(blocks) // 2)
    names: dict[str, Any] = {"db": laboratory, "factory": factory}
    for code, shown in zip(blocks[::2], blocks[1::2], strict=True):
        exec(compile("\n" * code.line + code.text, str(PAGE.path), "exec"), names)
        assert capsys.readouterr().out == shown.text
