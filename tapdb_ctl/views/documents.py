"""What machines read: plans and findings as JSON, one document on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapdb_ctl.core import document, jsonvalue
from tapdb_ctl.errors import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.errors import Finding

FORMAT_VERSION = "1.0"
"""Of the documents below; the plan document carries its own."""


def plan(made: Plan, *, tapdb_version: str, timestamp: str) -> str:
    """The document that `plan --json` prints and `--out` writes; schema/plan.schema.json describes it."""
    return line(document.to_document(made, tapdb_version=tapdb_version, timestamp=timestamp))


def findings(found: Sequence[Finding]) -> str:
    """What `validate --json` prints."""
    count = {severity: sum(finding.severity is severity for finding in found) for severity in Severity}
    return line(
        {
            "format_version": FORMAT_VERSION,
            "valid": not count[Severity.ERROR],
            "summary": {severity.value: number for severity, number in count.items()},
            "findings": [document.finding_out(finding) for finding in found],
        }
    )


def line(value: Any) -> str:  # noqa: ANN401 - any JSON-ready value
    """A JSON value on one line, keys as given, without the line's end."""
    return jsonvalue.compact(value)
