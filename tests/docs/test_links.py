"""Links between our own pages lead somewhere."""

from urllib.parse import unquote, urlsplit

import pytest

from documents import ROOT, Page, pages


@pytest.mark.parametrize("page", pages(), ids=str)
def test_internal_links_resolve(page: Page) -> None:
    broken = [link for link in page.links() if not urlsplit(link).scheme and not _resolves(page, link)]
    assert broken == []


def _resolves(page: Page, link: str) -> bool:
    parts = urlsplit(link)
    target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
    inside = target.is_relative_to(ROOT) and target.exists()
    return inside and (not parts.fragment or parts.fragment in Page(target).anchors())


def test_every_page_of_docs_is_reached_from_its_index() -> None:
    index = Page(ROOT / "docs/README.md")
    linked = {(index.path.parent / urlsplit(link).path).resolve() for link in index.links()}
    assert [str(page) for page in pages() if str(page).startswith("docs/") and page.path not in linked] == [str(index)]
