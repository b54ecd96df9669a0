"""From a finding's origin to line, column and snippet, by reading its file again: the bad path only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tapdb_ctl.errors import Where
from tapdb_ctl.manifest import outline
from tapdb_ctl.manifest.sensitive import is_sensitive, is_sensitive_key, line_of, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tapdb_ctl.core.jsonvalue import Path as Keys
    from tapdb_ctl.errors import Finding, Origin

Place = tuple[int, "Keys"]


def place(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings with a `where` for each that has an origin and none yet; each file is read once.

    A key's place is that of the key itself, an element's that of its value; a part that is not there, such as
    a missing field, is placed at what should hold it. Lines that may show a secret come without a snippet.
    """
    given = tuple(findings)
    wanted: dict[str, set[Place]] = {}
    for finding in given:
        if finding.where is None and (origin := finding.origin) is not None:
            wanted.setdefault(origin.file, set()).add((origin.document, origin.path))
    found = {file: _File(file, places) for file, places in wanted.items()}
    return tuple(
        replace(finding, where=found[finding.origin.file].where(finding.origin))
        if finding.where is None and finding.origin
        else finding
        for finding in given
    )


def secret_lines(text: str, *, is_json: bool) -> frozenset[str]:
    """The lines of a file that may show a secret, as line feeds part them, without the white space around them."""
    lines = lines_of(text, is_json=is_json)
    walk = _Walk(set(), lines)
    for token in outline.json_tokens(text) if is_json else outline.yaml_tokens(text):
        walk.take(token)
    walk.hide_until(len(lines), 1)
    hidden = {lines[number - 1] for number in walk.hidden} - {""}
    return frozenset(
        line.strip()
        for line in text.split("\n")
        if is_sensitive(line) or not hidden.isdisjoint(lines_of(line, is_json=is_json))
    )


class _File:
    """The places asked for in one file, as far as the file still has them."""

    def __init__(self, file: str, wanted: set[Place]) -> None:
        self.file = file
        try:
            text = Path(file).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):  # it changed since it was loaded: the finding stands without a line
            text = ""
        is_json = file.endswith(".json")
        self.lines = lines_of(text, is_json=is_json)
        walk = _Walk(
            {(document, path[:length]) for document, path in wanted for length in range(len(path) + 1)}, self.lines
        )
        for token in outline.json_tokens(text) if is_json else outline.yaml_tokens(text):
            walk.take(token)
        walk.hide_until(len(self.lines), 1)
        self.places, self.hidden = walk.places, walk.hidden

    def where(self, origin: Origin) -> Where:
        """The place of the origin, or of the nearest thing around it that exists."""
        for length in range(len(origin.path), -1, -1):
            if at := self.places.get((origin.document, origin.path[:length])):
                line, column = at
                hidden = line in self.hidden or any(map(is_sensitive, origin.path))
                text = None if hidden else line_of(self.lines, line, column)
                return Where(self.file, line, column, None if is_sensitive(text) else text)
        return Where(self.file)


class _Walk:
    """Follows tokens, keeping the path of each, the places wanted, and the lines that belong to a sensitive key."""

    def __init__(self, wanted: set[Place], lines: list[str]) -> None:
        self.places: dict[Place, tuple[int, int]] = {}
        self.hidden: set[int] = set()
        self._wanted = wanted
        self._lines = lines
        self._document = -1
        self._path: list[str | int] = []
        self._sequences: list[bool] = []
        self._secret: tuple[int, int] | None = None  # depth and line of the sensitive key being passed

    def take(self, token: outline.Token) -> None:
        """Go one token further."""
        if token.kind == outline.CLOSE:
            self._path.pop()
            self._sequences.pop()
        elif token.kind == outline.DOCUMENT:
            self._document += 1
            self._record(token)
        elif token.kind == outline.KEY:
            self._end_secret(token)
            self._path[-1] = token.text
            self._record(token)
            if self._secret is None and is_sensitive_key(self._path):
                self._secret = len(self._path), token.line
        elif self._sequences and self._sequences[-1]:
            self._path[-1] = int(self._path[-1]) + 1
            self._record(token)
        if token.kind in (outline.OPEN_MAPPING, outline.OPEN_SEQUENCE):
            self._sequences.append(token.kind == outline.OPEN_SEQUENCE)
            self._path.append(-1)

    def hide_until(self, line: int, column: int) -> None:
        """Hide what a sensitive key spans, up to a place; of that place's line only if something stands before it."""
        if self._secret is None:
            return
        start = self._secret[1]
        before = self._lines[line - 1][: column - 1] if line <= len(self._lines) else ""
        self.hidden.update(range(start, line + 1 if before.strip() or line == start else line))
        self._secret = None

    def _end_secret(self, token: outline.Token) -> None:
        if self._secret is not None and len(self._path) <= self._secret[0]:
            self.hide_until(token.line, token.column)

    def _record(self, token: outline.Token) -> None:
        place = (self._document, tuple(self._path))
        if place in self._wanted:
            self.places[place] = (token.line, token.column)
