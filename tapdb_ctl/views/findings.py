"""Findings as a good compiler prints them: what, where, the source line, why, and what to type next."""

from __future__ import annotations

import re
from collections import Counter
from textwrap import wrap
from typing import TYPE_CHECKING

from tapdb_ctl.errors import Severity
from tapdb_ctl.views.text import Paint, Style, counted, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tapdb_ctl.errors import Finding, Where

LIMIT = 100
"""Findings that are shown in full; the rest are counted by code."""

_SNIPPET = 110
_COMMAND = re.compile(r"\A\s*::")
_STYLES = {Severity.ERROR: Style.ERROR, Severity.WARNING: Style.WARNING, Severity.INFO: Style.NOTE}


def findings(found: Sequence[Finding], paint: Paint) -> Iterator[str]:
    """The findings' lines, each followed by an empty one."""
    for finding in found[:LIMIT]:
        yield from _finding(finding, paint)
        yield ""
    if rest := Counter(finding.code for finding in found[LIMIT:]):
        codes = ", ".join(f"{number:,} of {code}" for code, number in sorted(rest.items()))
        yield f"and {counted(rest.total(), 'more finding')} ({codes}); --json has them all"
        yield ""


def tally(found: Sequence[Finding]) -> str:
    """The findings in numbers: `2 errors, 1 warning`, or `no findings`."""
    counts = Counter(finding.severity for finding in found)
    return ", ".join(counted(counts[s], s.value) for s in Severity if counts[s]) or "no findings"


def _finding(finding: Finding, paint: Paint) -> Iterator[str]:
    label = paint(f"{finding.severity}[{finding.code}]", _STYLES[finding.severity])
    yield f"{label}: {paint(printable(finding.summary), Style.HEADING)}"
    if finding.where:
        yield f"  --> {printable(str(finding.where))}"
        yield from _snippet(finding.where)
    elif finding.address:
        yield f"  --> {printable(finding.address)}"
    yield from _paragraph("", finding.detail)
    yield from _paragraph("hint: ", finding.hint)


def _snippet(where: Where) -> Iterator[str]:
    """The source line, cut to the part around the column, with a caret below it."""
    if where.snippet is None or where.line is None:
        return
    column = min((where.column or 1) - 1, len(where.snippet))
    start = max(0, column - _SNIPPET // 2) if len(where.snippet) > _SNIPPET else 0
    gutter = " " * len(str(where.line))
    yield f" {gutter} |"
    yield f" {where.line} | {printable(where.snippet[start : start + _SNIPPET].expandtabs(1))}"
    yield f" {gutter} | {' ' * len(printable(where.snippet[start:column].expandtabs(1)))}^"


def _paragraph(label: str, text: str) -> Iterator[str]:
    """Wrapped lines; line breaks of the text are kept, everything else that a terminal acts on is not.

    Nor is the `::` with which a line would become a command to the runner of GitHub Actions.
    """
    lines = [part for line in text.splitlines() for part in wrap(printable(line), 100, break_on_hyphens=False) or [""]]
    for index, line in enumerate(_COMMAND.sub(r"\\x3a:", line) for line in lines):
        yield f"  {label if index == 0 else ' ' * len(label)}{line}"
