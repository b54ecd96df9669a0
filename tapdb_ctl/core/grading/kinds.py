"""The classes of changes, and what is noted on the way to one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.core.jsonvalue import compact, path_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tapdb_ctl.core.jsonvalue import JsonValue, Path

MAX_REASONS = 20
"""Reasons of one grade; a plan holds them for each template."""

_WIDTH = 60


class Kind(StrEnum):
    """What a change means to live instances, and to code that makes and reads them; the worse, the later."""

    COMPATIBLE = "compatible"
    ADDITIVE = "additive"
    BREAKING = "breaking"


@dataclass(frozen=True, slots=True)
class Grade:
    """The class of a change, and why: first what decided, each reason with its path."""

    kind: Kind
    reasons: tuple[str, ...] = ()


class Note(NamedTuple):
    """One part of a change and its class."""

    kind: Kind
    path: Path
    text: str

    def __str__(self) -> str:
        return f"{path_text(self.path)}: {self.text}"


def graded(notes: Iterable[Note]) -> Grade:
    """The worst class decides, and its reasons come first."""
    ordered = sorted(notes, key=lambda note: _WORST_FIRST[note.kind])
    reasons = list(dict.fromkeys(map(str, ordered)))
    kind = ordered[0].kind if ordered else Kind.COMPATIBLE
    left_out = len(reasons) - MAX_REASONS
    more = (f"and {left_out:,} more",) if left_out > 0 else ()
    return Grade(kind, (*reasons[:MAX_REASONS], *more))


def shown(value: JsonValue) -> str:
    """A value on one line, the beginning of a long one."""
    text = compact(value)
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}…"


_WORST_FIRST = {kind: -rank for rank, kind in enumerate(Kind)}
