"""Findings for code scanning: SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html)."""

from __future__ import annotations

import hashlib
from collections import Counter
from posixpath import normpath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tapdb_ctl.errors import Severity
from tapdb_ctl.views.documents import line
from tapdb_ctl.views.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import PurePosixPath

    from tapdb_ctl.errors import Finding, Where

Json = dict[str, Any]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
"""The name that GitHub and others give the root of the repository."""

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_FINGERPRINT = "tapdbFinding/v1"


def log(found: Sequence[Finding], root: PurePosixPath, here: PurePosixPath, tapdb_version: str) -> str:
    """The log of one run; files are named from `root`, and given as seen from `here`, both absolute.

    A finding with a file is a result, one without concerns the call and is a notification.
    """
    placed = [finding for finding in found if finding.where]
    others = [finding for finding in found if not finding.where]
    driver = {
        "name": "tapdb",
        "version": tapdb_version,
        "rules": _descriptors(placed),
        "notifications": _descriptors(others),
    }
    invocation = {
        "executionSuccessful": not any(finding.severity is Severity.ERROR for finding in others),
        "toolConfigurationNotifications": [_notification(finding) for finding in others],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [invocation],
        "results": _results(placed, root, here),
    }
    return line({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _descriptors(found: Sequence[Finding]) -> list[Json]:
    summaries = {finding.code: finding.summary for finding in found}
    return [{"id": code, "shortDescription": {"text": _text(text)}} for code, text in sorted(summaries.items())]


def _notification(finding: Finding) -> Json:
    return {"descriptor": {"id": finding.code}, "level": _LEVELS[finding.severity], "message": _message(finding)}


def _results(found: Sequence[Finding], root: PurePosixPath, here: PurePosixPath) -> list[Json]:
    order = {code: index for index, code in enumerate(sorted({finding.code for finding in found}))}
    seen: Counter[str] = Counter()
    results = []
    for finding in found:
        assert finding.where, "a result has a place"
        artifact = _artifact(root, here, finding.where)
        identity = _identity(finding, artifact["uri"])
        seen[identity] += 1
        results.append(
            {
                "ruleId": finding.code,
                "ruleIndex": order[finding.code],
                "level": _LEVELS[finding.severity],
                "message": _message(finding),
                "locations": [{"physicalLocation": {"artifactLocation": artifact, **_region(finding.where)}}],
                "partialFingerprints": {_FINGERPRINT: f"{identity}:{seen[identity]}"},
            }
        )
    return results


def _artifact(root: PurePosixPath, here: PurePosixPath, where: Where) -> Json:
    path = here / normpath(here / where.file)
    if path.is_relative_to(root):
        return {"uri": _uri(path.relative_to(root)), "uriBaseId": ROOT}
    return {"uri": f"file://{_uri(path)}"}


def _uri(path: PurePosixPath) -> str:
    """The path as part of a URI; bytes that were not UTF-8 come out as they were."""
    return quote(str(path), errors="surrogateescape")


def _region(where: Where) -> Json:
    if where.line is None:
        return {}
    column = {} if where.column is None else {"startColumn": where.column}
    return {"region": {"startLine": where.line, **column}}


def _identity(finding: Finding, uri: str) -> str:
    """What stays the same while lines move: the place in the document, not in the text."""
    origin = finding.origin
    parts = (finding.code, uri, finding.detail, *((origin.document, *origin.path) if origin else ()))
    return hashlib.sha256("\0".join(map(str, parts)).encode(errors="surrogateescape")).hexdigest()[:32]


def _message(finding: Finding) -> Json:
    detail = f": {finding.detail}" if finding.detail else ""
    hint = f"\nhint: {finding.hint}" if finding.hint else ""
    return {"text": "\n".join(map(_text, f"{finding.summary}{detail}{hint}".splitlines()))}


def _text(text: str) -> str:
    """Plain text as SARIF has it: braces doubled, and nothing that could be taken for a link (3.11.5, 3.11.6)."""
    return printable(text).replace("{", "{{").replace("}", "}}").replace("](", "\\](")
