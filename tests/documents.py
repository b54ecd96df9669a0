"""The project's Markdown pages, as their tests read them: code blocks, links, anchors."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[1]
_FOLDERS = ("docs", "examples", "benchmarks", "stacks", "schema", "templates", "manifests")


@dataclass(frozen=True)
class Fence:
    """A fenced code block: what language it names, where it begins, what it holds."""

    language: str
    line: int
    text: str


@dataclass(frozen=True)
class Page:
    """One Markdown file."""

    path: Path

    def __str__(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    def fences(self, *languages: str) -> list[Fence]:
        """The code blocks of these languages; text is as the page shows it."""
        blocks = (token for token in self._tokens() if token.type == "fence" and token.map)
        fences = [Fence(block.info.strip(), block.map[0] + 1, block.content) for block in blocks if block.map]
        return [fence for fence in fences if fence.language in languages]

    def links(self) -> Iterator[str]:
        """Every link and image target, as written."""
        for token in self._inline():
            for name in ("href", "src"):
                if isinstance(target := token.attrs.get(name), str):
                    yield target

    def anchors(self) -> set[str]:
        """The fragment of every heading, as the usual Markdown hosts derive it."""
        tokens = self._tokens()
        titles = [tokens[i + 1].content for i, token in enumerate(tokens) if token.type == "heading_open"]
        seen: Counter[str] = Counter()
        anchors = set()
        for slug in map(_slug, titles):
            anchors.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
        return anchors

    def _tokens(self) -> list[Token]:
        return MarkdownIt("gfm-like", {"linkify": False}).parse(self.path.read_text())

    def _inline(self) -> Iterator[Token]:
        for token in self._tokens():
            yield from token.children or ()


def pages() -> list[Page]:
    """Every page of the project, in a fixed order."""
    patterns = ("*.md", *(f"{folder}/**/*.md" for folder in _FOLDERS))
    return [Page(path) for pattern in patterns for path in sorted(ROOT.glob(pattern))]


def _slug(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
