"""Pages whose `pycon` blocks are one interactive session: run, and compared with what they print."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from documents import Page


def differences(page: Page, names: dict[str, Any]) -> str:
    """Where the page and its session differ; nothing where they agree. `names` are there from the start."""
    blocks = "\n".join(fence.text for fence in page.fences("pycon"))
    test = doctest.DocTestParser().get_doctest(blocks, names, str(page), str(page), 0)
    assert len(test.examples) > 10, "the page shows next to nothing"
    wrong: list[str] = []
    doctest.DocTestRunner().run(test, out=wrong.append)
    return "".join(wrong)
