"""Golden files: what a view must print, to the byte. TAPDB_UPDATE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os

from documents import ROOT

FOLDER = ROOT / "tests" / "golden"


def assert_golden(name: str, text: str) -> None:
    """The text is what the golden file holds."""
    path = FOLDER / name
    if os.environ.get("TAPDB_UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
