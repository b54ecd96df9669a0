"""YAML in its canonical layout: the tokens that libyaml finds, each where it belongs.

Two columns a level, sequences indented below their key, one space after an indicator, two before a comment that ends a
line, at most one empty line in a row. Line breaks stay where they are, except after a `-`. Scalars keep their quotes
and escapes: ruamel.yaml's round trip would join wrapped text, write escaped characters raw and lose comments inside
brackets (docs/decisions/0011).
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import yaml

from tapdb_ctl.manifest.formatting import yamlgaps
from tapdb_ctl.manifest.formatting.yamlscalars import INDENT, block, continued

Token: TypeAlias = Any
"""One of libyaml's tokens, whose type tells its parts."""

_FLOW_START = (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)
_FLOW_END = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)
_BLOCK_START = (yaml.BlockSequenceStartToken, yaml.BlockMappingStartToken)
_DOCUMENT = (yaml.DocumentStartToken, yaml.DocumentEndToken, yaml.DirectiveToken, yaml.StreamEndToken)
_INDICATORS = (yaml.BlockEntryToken, yaml.KeyToken, yaml.ValueToken)
_SPACED = (yaml.ValueToken, yaml.AnchorToken, yaml.TagToken)
"""What would read on into a bracket or a comma that touches it."""


class _Block(NamedTuple):
    """An open block collection: the column that it had, and the one that it gets."""

    source: int
    column: int
    is_mapping: bool = True
    implied: bool = False
    """A sequence at the column of its key, which libyaml opens and closes without a token."""


class _Layout:
    """Takes tokens, writes text."""

    def __init__(self, text: str) -> None:
        self.out: list[str] = []
        self._text = text
        self._end = 0
        self._before: Token = None
        self._empty = False
        self._after_block = ""
        self._flow = 0
        self._key = False
        self._blocks: list[_Block] = []
        self._closed: list[_Block] = []
        self._depth = 0

    def take(self, token: Token) -> None:
        """Go one token further."""
        if isinstance(token, _BLOCK_START):
            self._open(token, is_mapping=isinstance(token, yaml.BlockMappingStartToken))
        elif isinstance(token, yaml.BlockEndToken):
            self._close_implied()
            self._closed.append(self._blocks.pop())
        elif not isinstance(token, yaml.StreamStartToken):
            self._enter(token)
            if token.start_mark.index < token.end_mark.index or isinstance(token, yaml.StreamEndToken):
                self._place(token)

    def _open(self, token: Token, *, is_mapping: bool, implied: bool = False) -> None:
        self._blocks.append(_Block(token.start_mark.column, self._inner, is_mapping, implied))

    def _close_implied(self) -> None:
        if self._blocks and self._blocks[-1].implied:
            self._closed.append(self._blocks.pop())

    @property
    def _inner(self) -> int:
        """The column of what stands inside the innermost block."""
        return self._blocks[-1].column + INDENT if self._blocks else 0

    def _enter(self, token: Token) -> None:
        """Follow the blocks that the token begins or ends without saying so."""
        if self._flow:
            return
        if isinstance(token, yaml.KeyToken):
            self._close_implied()
            self._key = True
        elif isinstance(token, yaml.BlockEntryToken) and self._blocks[-1].is_mapping:
            self._open(token, is_mapping=False, implied=True)

    def _place(self, token: Token) -> None:
        source = self._text[token.start_mark.index : token.end_mark.index]
        gap = yamlgaps.parsed(self._after_block + self._text[self._end : token.start_mark.index])
        self._write_gap(gap, token)
        self._key = False
        self._closed.clear()
        self._after_block, self._end, self._before = "", token.end_mark.index, token
        self._depth = len(self._blocks)
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            self._write_block(source)
        else:
            self.out.append(continued(source, self._column(token)))
        self._flow += isinstance(token, _FLOW_START) - isinstance(token, _FLOW_END)

    def _write_block(self, source: str) -> None:
        parent = self._blocks[-1] if self._blocks else _Block(0, -INDENT)
        text, loose = block(source, parent.source, parent.column)
        self.out.append(text)
        self._end -= len(source) - len(source.rstrip(" "))
        self._after_block = "\n\n" if loose else "\n"

    def _write_gap(self, gap: yamlgaps.Gap, token: Token) -> None:
        if not self.out:  # the file begins: what stands in its first line is a line of its own
            gap = yamlgaps.parsed("\n" + self._text[: token.start_mark.index])
        if gap.trailing:
            self.out.append(f"  {gap.trailing}")
        for line in gap.lines:
            if line is None:
                self._empty = True
            else:
                self._write_line(self._comment_column(line.column, token), line.text)
        if isinstance(token, yaml.StreamEndToken):
            return
        if gap.broken and not (self._joins(token) and not gap.commented):
            self._write_line(self._column(token), "")
        elif self._is_apart(token):
            self.out.append(" ")
            self._empty = False

    def _write_line(self, column: int, text: str) -> None:
        ends = "\n\n" if self._empty else "\n"
        self.out.append(f"{ends if self.out else ''}{' ' * column}{text}")
        self._empty = False

    def _joins(self, token: Token) -> bool:
        """Whether the token is the content of the `-` before it."""
        if not isinstance(self._before, yaml.BlockEntryToken) or len(self._blocks) < self._depth or self._closed:
            return False
        return len(self._blocks) > self._depth or not (self._key or isinstance(token, (*_INDICATORS, *_DOCUMENT)))

    def _is_apart(self, token: Token) -> bool:
        """Whether a space belongs between the token and the one before it in its line."""
        if isinstance(self._before, _FLOW_START) or not self.out:
            return False
        if isinstance(token, (*_FLOW_END, yaml.FlowEntryToken)):
            return isinstance(self._before, _SPACED)
        if isinstance(token, yaml.ValueToken):
            return isinstance(self._before, (*_SPACED, yaml.AliasToken, yaml.FlowEntryToken))
        return True

    def _column(self, token: Token) -> int:
        """The column of a token that begins a line."""
        if isinstance(token, _DOCUMENT):
            return 0
        if self._flow:
            return self._inner + INDENT * (self._flow - isinstance(token, _FLOW_END))
        if self._blocks and (self._key or isinstance(token, _INDICATORS)):
            return self._blocks[-1].column
        return self._inner

    def _comment_column(self, column: int, token: Token) -> int:
        """A comment goes with the token that follows, or with a block that ends before it if it stood that far in."""
        if self._flow:
            return self._inner + INDENT * self._flow
        following = self._column(token)
        here = [_Block(token.start_mark.column, following)]
        here += [each for each in self._closed if each.column > following]
        fitting = [each for each in here if each.source <= column]
        return max(fitting, key=lambda each: (each.source, -each.column)).column if fitting else following


def layout(text: str) -> str:
    """The same tokens and comments of well-formed YAML in their canonical places."""
    walk = _Layout(text)
    for token in yaml.scan(text, Loader=yaml.CLoader):
        walk.take(token)
    return "".join(walk.out) + "\n"
