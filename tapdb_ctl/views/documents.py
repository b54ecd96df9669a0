"""What machines read: plans and findings as JSON, one document on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapdb_ctl.core import document, jsonvalue
from tapdb_ctl.core.change import previous_address, subject
from tapdb_ctl.core.drift import counts, differences
from tapdb_ctl.core.jsonvalue import Absent
from tapdb_ctl.core.notes import touch_out
from tapdb_ctl.errors import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tapdb_ctl.core.drift import Difference, Part
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.errors import Finding

FORMAT_VERSION = "1.0"
"""Of the documents below; the plan document carries its own."""


def plan(made: Plan, *, tapdb_version: str, timestamp: str) -> str:
    """The document that `plan --json` prints and `--out` writes; schema/plan.schema.json describes it."""
    return line(document.to_document(made, tapdb_version=tapdb_version, timestamp=timestamp))


def drift(made: Plan, *, tapdb_version: str, timestamp: str) -> str:
    """What `drift --json` prints; schema/drift.schema.json describes it."""
    found = differences(made.changes)
    return line(
        {
            "format_version": FORMAT_VERSION,
            "tapdb_version": tapdb_version,
            "environment": made.environment,
            "target": made.target,
            "timestamp": timestamp,
            "differences": [_difference(difference) for difference in found],
            "findings": [document.finding_out(finding) for finding in made.findings],
            "summary": {"differences": len(found), **{str(cause): n for cause, n in counts(found).items()}},
        }
    )


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


def _difference(difference: Difference) -> dict[str, Any]:
    change, was = difference.change, previous_address(difference.change)
    return {
        "address": str(change.address),
        "previous_address": was and str(was),
        "type": change.address.type,
        "catalog": subject(change).owner,
        "cause": str(difference.cause),
        "paths": [dict(_part(part)) for part in difference.parts],
        "touches": [touch_out(touch) for touch in difference.touches],
    }


def _part(part: Part) -> Iterator[tuple[str, Any]]:
    """A side that is not there is left out, so that null is a value."""
    yield "path", list(part.path)
    yield "cause", str(part.cause)
    sides = {"applied": part.applied, "live": part.live, "desired": part.desired}
    yield from ((side, value) for side, value in sides.items() if not isinstance(value, Absent))
