"""A file's structure with line and column, for findings only: nothing here runs while all is well.

JSON and YAML give one stream of tokens, so that what reads the stream need not know the format.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

import yaml
from yaml._yaml import CParser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OPEN_MAPPING, OPEN_SEQUENCE, CLOSE, KEY, SCALAR, DOCUMENT = range(6)

_JSON = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},]|[^\s\[\]{},:"]+', re.DOTALL)


class Token(NamedTuple):
    """One step through a file; `line` and `column` count from 1, `text` is a key's."""

    kind: int
    line: int
    column: int
    text: str = ""


def json_tokens(text: str) -> Iterator[Token]:
    """The tokens of well-formed JSON."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    in_mapping: list[bool] = []
    key_next = False
    yield Token(DOCUMENT, 1, 1)
    for match in _JSON.finditer(text):
        word = match[0]
        line = bisect_right(starts, match.start())
        column = match.start() - starts[line - 1] + 1
        if word in "{[":
            in_mapping.append(word == "{")
            yield Token(OPEN_MAPPING if word == "{" else OPEN_SEQUENCE, line, column)
        elif word in "}]":
            in_mapping.pop()
            yield Token(CLOSE, line, column)
        elif key_next and word != ",":
            yield Token(KEY, line, column, json.loads(word))
        elif word != ",":
            yield Token(SCALAR, line, column)
        key_next = word in "{," and bool(in_mapping) and in_mapping[-1]


def yaml_tokens(text: str) -> Iterator[Token]:
    """The tokens of YAML, up to the first error in its syntax; an alias counts as a scalar."""
    parser = CParser(text)
    key_next: list[bool | None] = []  # for every open collection: None in a sequence, else whether a key comes
    try:
        while not isinstance(event := parser.get_event(), yaml.StreamEndEvent):
            assert event is not None and event.start_mark is not None, "libyaml's events have marks, and a last one"  # noqa: PT018
            line, column = event.start_mark.line + 1, event.start_mark.column + 1
            is_key = bool(key_next) and key_next[-1] is True
            if isinstance(event, yaml.DocumentStartEvent):
                yield Token(DOCUMENT, line, column)
            elif isinstance(event, yaml.CollectionEndEvent):
                key_next.pop()
                yield Token(CLOSE, line, column)
            elif isinstance(event, yaml.NodeEvent):
                if key_next and key_next[-1] is not None:
                    key_next[-1] = not is_key
                yield _node_token(event, line, column, is_key=is_key)
                if isinstance(event, yaml.CollectionStartEvent):
                    key_next.append(True if isinstance(event, yaml.MappingStartEvent) else None)
    except yaml.YAMLError:
        return  # reading has reported it; what stands before it can still be placed
    finally:
        parser.dispose()


def _node_token(event: yaml.NodeEvent, line: int, column: int, *, is_key: bool) -> Token:
    if isinstance(event, yaml.MappingStartEvent):
        return Token(OPEN_MAPPING, line, column)
    if isinstance(event, yaml.SequenceStartEvent):
        return Token(OPEN_SEQUENCE, line, column)
    text = event.value if isinstance(event, yaml.ScalarEvent) else ""
    return Token(KEY if is_key else SCALAR, line, column, text)


def repeated_keys(tokens: Iterable[Token]) -> Iterator[Token]:
    """Every key that its mapping already has."""
    seen: list[set[str]] = []
    for token in tokens:
        if token.kind in (OPEN_MAPPING, OPEN_SEQUENCE):
            seen.append(set())
        elif token.kind == CLOSE:
            seen.pop()
        elif token.kind == KEY:
            if token.text in seen[-1]:
                yield token
            seen[-1].add(token.text)
