"""Findings as the report of a test run: a suite with one test for each file, failed by errors.

There is no standard; this is what Jenkins' xUnit plugin checks for and GitLab reads
(https://docs.gitlab.com/ci/testing/unit_test_reports/).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from tapdb_ctl.errors import Severity
from tapdb_ctl.views.findings import findings
from tapdb_ctl.views.text import PLAIN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tapdb_ctl.errors import Finding

ELSEWHERE = "tapdb validate"
"""The suite of findings that are about no file."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped: https://www.w3.org/TR/xml/#charsets."""


def report(found: Sequence[Finding], files: Iterable[str]) -> str:
    """The report, with a passed test for each of `files` in which no error was found."""
    by_file: dict[str, list[Finding]] = {file: [] for file in files}
    for finding in found:
        by_file.setdefault(finding.where.file if finding.where else ELSEWHERE, []).append(finding)
    suites = [_suite(file, about) for file, about in sorted(by_file.items())]
    failures = sum(int(suite.attrib["failures"]) for suite in suites)
    root = ET.Element("testsuites", _numbers("tapdb validate", len(suites), failures))
    root.extend(suites)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(file: str, found: Collection[Finding]) -> ET.Element:
    name = _text(file)
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    others = [finding for finding in found if finding.severity is not Severity.ERROR]
    place = {} if file == ELSEWHERE else {"file": name}
    suite = ET.Element("testsuite", _numbers(name, 1, int(bool(errors))) | place)
    case = ET.SubElement(suite, "testcase", {"classname": "tapdb.validate", "name": name})
    if errors:
        ET.SubElement(case, "failure", _summary(errors)).text = _lines(errors)
    if others:
        ET.SubElement(case, "system-out").text = _lines(others)
    return suite


def _numbers(name: str, tests: int, failures: int) -> dict[str, str]:
    return {"name": name, "tests": str(tests), "failures": str(failures), "errors": "0"}


def _summary(errors: Sequence[Finding]) -> dict[str, str]:
    first = errors[0]
    more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
    return {"message": _text(f"{first.code}: {first.summary}{more}"), "type": _text(first.code)}


def _lines(found: Sequence[Finding]) -> str:
    return _text("\n".join(findings(found, PLAIN)))


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
