"""Links between our own pages lead somewhere."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from documents import ROOT, Page, pages


@pytest.mark.parametrize("page", pages(), ids=str)
def test_internal_links_resolve(page: Page) -> None:
    broken = [link for link in page.links() if not urlsplit(link).scheme and not _resolves(page, link)]
    assert broken == []


def _resolves(page: Page, link: str) -> bool:
    target, fragment = _target(page, link)
    inside = target.is_relative_to(ROOT) and target.exists()
    return inside and (not fragment or fragment in Page(target).anchors())


def _target(page: Page, link: str) -> tuple[Path, str]:
    parts = urlsplit(link)
    return (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path, parts.fragment


def test_every_page_of_docs_is_reached_from_its_index() -> None:
    reached, pending = set[Path](), [Page(ROOT / "docs/README.md")]
    while pending:
        page = pending.pop()
        if page.path not in reached:
            reached.add(page.path)
            targets = (_target(page, link)[0] for link in page.links() if not urlsplit(link).scheme)
            pending += [Page(target) for target in targets if target.suffix == ".md"]
    assert [str(page) for page in pages() if str(page).startswith("docs/") and page.path not in reached] == []
