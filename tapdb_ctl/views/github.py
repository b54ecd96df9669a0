"""What GitHub Actions shows of a run: annotations, and how an apply ended.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.errors import Severity
from tapdb_ctl.views import report as report_view
from tapdb_ctl.views.fences import fenced, fitting
from tapdb_ctl.views.findings import findings
from tapdb_ctl.views.text import PLAIN, counted, printable, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tapdb_ctl.core.report import Report
    from tapdb_ctl.errors import Finding

LIMIT = 10
"""Annotations of a kind that GitHub takes of one step."""

_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_LONGEST = 2_000


def commands(found: Sequence[Finding]) -> Iterator[str]:
    """Commands that mark findings in the files of a pull request, the most severe first.

    Of each kind as many as GitHub takes, the last of them for all the others.
    """
    for severity, kind in _KINDS.items():
        of_kind = [finding for finding in found if finding.severity is severity]
        shown = of_kind if len(of_kind) <= LIMIT else of_kind[: LIMIT - 1]
        yield from (_annotation(kind, finding) for finding in shown)
        if rest := len(of_kind) - len(shown):
            yield f"::{kind} title=tapdb::{counted(rest, f'more {kind}')}; the log has them all"


def applied(report: Report) -> str:
    """Markdown of an apply that succeeded."""
    entry = f" It is entry {report.ledger} of the ledger." if report.ledger else ""
    phases = list(report_view.receipts(report.receipts, PLAIN))
    return "\n\n".join([f"**{report_view.complete(report)}**{entry}", *([fenced("text", phases)] if phases else [])])


def failed(found: Sequence[Finding], phases: Iterable[str], room: int) -> str:
    """Markdown of an apply that failed, in about `room` bytes: why, and what is in place."""
    why = [*fitting(findings(found, PLAIN), room), *phases]
    return f"> [!CAUTION]\n> The apply failed.\n\n{fenced('text', why)}"


def _annotation(kind: str, finding: Finding) -> str:
    where = finding.where
    properties = {
        "file": where and where.file,
        "line": where and where.line,
        "col": where and where.column,
        "title": f"{finding.code}: {finding.summary}",
    }
    given = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items() if value)
    return f"::{kind} {given}::{_data(_message(finding))}"


def _message(finding: Finding) -> str:
    hint = f"hint: {finding.hint}" if finding.hint else ""
    place = finding.address if finding.address and not finding.where else ""
    lines = "\n".join(filter(None, (place, finding.detail, hint))) or finding.summary
    return shortened("\n".join(map(printable, lines.splitlines())), _LONGEST)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
