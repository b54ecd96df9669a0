"""YAML text to documents: libyaml's events, built iteratively into plain values of the YAML 1.2 core schema.

Going by events instead of through a loader of PyYAML's keeps the promises that a loader cannot: scalars by 1.2
rules, keys given twice found, tags refused, and depth and alias expansion bounded before memory is spent.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeAlias

import yaml
from yaml._yaml import CParser

from tapdb_ctl.errors import Where
from tapdb_ctl.manifest import scalars
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.documents import Document, Parsed, Raw, without_unstorable
from tapdb_ctl.manifest.numbers import NOT_STORABLE
from tapdb_ctl.manifest.sensitive import Snippets
from tapdb_ctl.manifest.storable import MAX_DEPTH

if TYPE_CHECKING:
    from tapdb_ctl.errors import Finding

MAX_ALIASED = 250_000
"""Nodes that the aliases of one file may stand for, counting a node once for every alias that reaches it."""

_NUL_ESCAPE = re.compile(r"\\(0|x00|u0000|U00000000)")
Event: TypeAlias = Any
"""One of libyaml's events, whose type its handler knows; PyYAML types their parts as possibly absent."""

_STRING_TAGS = ("!", "tag:yaml.org,2002:str")
_NO_KEY = object()
_FORBIDDEN = object()


class _Anchored(NamedTuple):
    """What an alias stands for: a value, how many nodes and how many levels it has."""

    value: Raw
    size: int
    height: int


_UNFINISHED = _Anchored(_FORBIDDEN, 0, 0)


class _Stop(Exception):  # noqa: N818 - a signal inside this module, never seen outside
    """The rest of the file cannot be trusted or must not be built."""


class _Open:
    """A collection that is being filled."""

    __slots__ = ("anchor", "container", "height", "key", "start")

    def __init__(self, container: list[Raw] | dict[str, Raw], anchor: str | None, start: int) -> None:
        self.container = container
        self.anchor = anchor
        self.start = start
        self.height = 1
        self.key: Raw = _NO_KEY


class _Builder:
    """Takes events, keeps documents and findings."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.snippets = Snippets(text, is_json=False)
        self.documents: list[Document] = []
        self.findings: list[Finding] = []
        self.doubtful = False
        self._open: list[_Open] = []
        self._anchors: dict[str, _Anchored] = {}
        self._nodes = 0
        self._aliased = 0
        self._number = -1

    def run(self, parser: CParser) -> None:
        """Build every document; raises _Stop after a finding that ends the file."""
        handlers = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._mapping,
            yaml.SequenceStartEvent: self._sequence,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        event = parser.get_event()
        while type(event) is not yaml.StreamEndEvent:
            if handler := handlers.get(type(event)):
                handler(event)
            event = parser.get_event()

    def drop_unfinished(self) -> None:
        """Forget the document that was being built."""
        if self._open:
            self.documents.pop()

    def _document(self, _: Event) -> None:
        self._number += 1
        self._anchors = {}

    def _scalar(self, event: Event) -> None:
        value = event.value
        if event.tag is not None and event.tag not in _STRING_TAGS:
            self._refuse_tag(event)
        elif event.implicit[0] and event.tag is None:
            value = scalars.resolve(value)
            if value is NOT_STORABLE:
                self.doubtful = True
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(value, 1, 0)
        self._add(value, event)

    def _mapping(self, event: Event) -> None:
        self._begin({}, "tag:yaml.org,2002:map", event)

    def _sequence(self, event: Event) -> None:
        self._begin([], "tag:yaml.org,2002:seq", event)

    def _begin(self, container: Raw, tag: str, event: Event) -> None:
        if event.tag not in (None, "!", tag):
            self._refuse_tag(event)
        if len(self._open) >= MAX_DEPTH:
            self._stop("MAN008", event, f"more than {MAX_DEPTH} levels", "flatten the document")
        self._add(container, event)
        self._open.append(_Open(container, event.anchor, self._nodes))
        if event.anchor is not None:
            self._anchors[event.anchor] = _UNFINISHED

    def _end(self, _: Event) -> None:
        closed = self._open.pop()
        self._raise_height(closed.height)
        if closed.anchor is not None:
            size = self._nodes - closed.start + 1
            self._anchors[closed.anchor] = _Anchored(closed.container, size, closed.height)

    def _raise_height(self, child: int) -> None:
        """Tell the collection being filled how many levels a child has."""
        if self._open and self._open[-1].height <= child:
            self._open[-1].height = child + 1

    def _alias(self, event: Event) -> None:
        value, size, height = self._anchors.get(event.anchor, _UNFINISHED)
        if value is _FORBIDDEN:
            self._stop("MAN004", event, f"*{event.anchor} stands inside what it names, or names nothing", "")
        self._nodes += size
        self._aliased += size
        if self._aliased > MAX_ALIASED:
            self._stop("MAN007", event, f"more than {MAX_ALIASED:,} values", "write the values out, or split the file")
        if len(self._open) + height > MAX_DEPTH:
            self._stop("MAN008", event, f"more than {MAX_DEPTH} levels", "flatten the document")
        self._raise_height(height)
        self._add(value, event)

    def _add(self, value: Raw, event: Event) -> None:
        self._nodes += 1
        if not self._open:
            self.documents.append(Document(self.file, self._number, value))
            return
        top = self._open[-1]
        if type(top.container) is list:
            top.container.append(value)
        elif top.key is _NO_KEY:
            self._take_key(top, value, event)
        else:
            top.container[top.key] = value
            top.key = _NO_KEY

    def _take_key(self, top: _Open, value: Raw, event: Event) -> None:
        if isinstance(value, dict | list):
            self._stop("MAN011", event, "a mapping or a list stands as a key", "use text as the key")
        if type(value) is not str:
            self._report("MAN011", event, f"{event.value} is read as {_kind(value)}", f'quote it: "{event.value}"')
            value = event.value
        elif value == "<<" and getattr(event, "implicit", (True,))[0]:  # in quotes it is a key to every reader
            self._report("MAN012", event, "<< is an ordinary key in YAML 1.2", "write the fields out")
        if value in top.container:
            self._report("MAN006", event, f"{value!r} stands twice in one mapping", "keep one of them")
        top.key = value

    def _refuse_tag(self, event: Event) -> None:
        self._report("MAN009", event, f"the tag {event.tag}", "write the value plainly, quoted if it is text")

    def _report(self, code: str, event: Event, detail: str, hint: str) -> None:
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        where = Where(self.file, line, column, self.snippets.line(line, column))
        self.findings.append(finding(code, detail, hint, where=where))

    def _stop(self, code: str, event: Event, detail: str, hint: str) -> NoReturn:
        self._report(code, event, detail, hint)
        raise _Stop


def parse(file: str, text: str) -> Parsed:
    """The documents of a YAML file, with what is wrong; those before a syntax error are kept, empty ones are not."""
    builder = _Builder(file, text)
    try:
        parser = CParser(text)
        try:
            builder.run(parser)
        finally:
            parser.dispose()
    except _Stop:
        builder.drop_unfinished()  # its finding is already among the builder's
    except yaml.YAMLError as error:
        builder.drop_unfinished()
        builder.findings.append(_syntax(file, text, error))
    documents = tuple(document for document in builder.documents if document.value is not None)
    if builder.doubtful or _NUL_ESCAPE.search(text):
        cleaned = [without_unstorable(document) for document in documents]
        documents = tuple(document for parsed in cleaned for document in parsed.documents)
        builder.findings.extend(wrong for parsed in cleaned for wrong in parsed.findings)
    return Parsed(documents, tuple(builder.findings))


def _syntax(file: str, text: str, error: yaml.YAMLError) -> Finding:
    if isinstance(error, yaml.MarkedYAMLError) and (mark := error.problem_mark or error.context_mark):
        detail = ", ".join(part for part in (error.context, error.problem) if part)
        line, column = mark.line + 1, mark.column + 1
    elif isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position]
        detail = f"the character U+{error.character:04X}: {error.reason}"
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    else:
        detail, line, column = str(error), 1, 1
    where = Where(file, line, column, Snippets(text, is_json=False).line(line, column))
    return finding("MAN004", detail, "check indentation, brackets and quotes around this place", where=where)


def _kind(value: object) -> str:
    if value is None:
        return "null"
    return "a boolean" if isinstance(value, bool) else "a number"
