"""The pages of the runtime library can be followed by hand: public imports, and templates that an example declares."""

from __future__ import annotations

import re

import pytest

from documents import ROOT, Page
from laboratory import declared

PUBLIC = {"tapdb_ctl", *(f"tapdb_ctl.{name}" for name in ("aio", "connection", "errors", "lineage", "queries"))}
IMPORT = re.compile(r"^(?:>>> |\.\.\. )?\s*(?:from|import) (tapdb_ctl[\w.]*)", re.MULTILINE)
PAGES = [Page(path) for path in sorted((ROOT / "docs" / "runtime").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_pages_import_public_modules(page: Page) -> None:
    found = {module for fence in page.fences("python", "pycon") for module in IMPORT.findall(fence.text)}
    assert found, "a page shows what it imports"
    assert found <= PUBLIC


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_pages_say_what_they_work_on(page: Page) -> None:
    assert "../../examples/laboratory/README.md" in list(page.links())
    named = set(re.findall(r"[a-z_]+/[a-z_-]+/[a-z0-9_-]+/[0-9.]+", page.path.read_text()))
    assert named
    assert named <= {address.name for address in declared().resources}
