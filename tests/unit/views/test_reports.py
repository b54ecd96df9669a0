"""Findings for code scanning and as a test report, held to the published schemas."""

import json
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator, ValidationError

from documents import ROOT
from tapdb_ctl.errors import Finding, Origin, Severity, Where
from tapdb_ctl.views import junit, sarif

STANDARDS = ROOT / "tests/standards"
SARIF = Draft4Validator(json.loads((STANDARDS / "sarif-schema-2.1.0.json").read_text()))
JUNIT = xmlschema.XMLSchema(STANDARDS / "junit-10.xsd")

ROOM, HERE = PurePosixPath("/repo"), PurePosixPath("/repo/lab")
SYNTAX = Finding("MAN004", "a file is not YAML", "did not find {x}", "see [here](x)", where=Where("a b/ü#.yaml", 3, 7))
WARNING = Finding("TPL010", "an odd one", severity=Severity.WARNING, where=Where("../t.json", 2))
NOTE = Finding("ENV015", "not yet", severity=Severity.INFO, where=Where("/elsewhere/x.yaml"))
CALL = Finding("MAN018", "no manifest was found", "manifests holds none")
ALL = (SYNTAX, WARNING, NOTE, CALL)

ANYTHING = st.text(max_size=20)
FINDINGS = st.lists(
    st.builds(
        Finding,
        code=st.sampled_from(["MAN001", "TPL001"]),
        summary=ANYTHING,
        detail=ANYTHING,
        hint=ANYTHING,
        severity=st.sampled_from(Severity),
        where=st.none()
        | st.builds(
            Where,
            ANYTHING.filter(lambda text: text and "\0" not in text),
            st.integers(1, 9),
            st.integers(1, 9),
            ANYTHING,
        ),
    ),
    max_size=5,
)


def scanned(*found: Finding) -> Any:
    log = json.loads(sarif.log(found, ROOM, HERE, "0.1.0"))
    SARIF.validate(log)
    (run,) = log["runs"]
    return run


def reported(*found: Finding, files: tuple[str, ...] = ()) -> ET.Element:
    text = junit.report(found, files)
    JUNIT.validate(text)
    return ET.fromstring(text)


def test_a_log() -> None:
    run = scanned(*ALL)
    assert run["tool"]["driver"] == {
        "name": "tapdb",
        "version": "0.1.0",
        "rules": [
            {"id": "ENV015", "shortDescription": {"text": "not yet"}},
            {"id": "MAN004", "shortDescription": {"text": "a file is not YAML"}},
            {"id": "TPL010", "shortDescription": {"text": "an odd one"}},
        ],
        "notifications": [{"id": "MAN018", "shortDescription": {"text": "no manifest was found"}}],
    }
    assert [(each["ruleId"], each["ruleIndex"], each["level"]) for each in run["results"]] == [
        ("MAN004", 1, "error"),
        ("TPL010", 2, "warning"),
        ("ENV015", 0, "note"),
    ]
    assert run["columnKind"] == "unicodeCodePoints"


def test_places_are_seen_from_the_root_of_the_repository() -> None:
    places = [each["locations"][0]["physicalLocation"] for each in scanned(*ALL)["results"]]
    assert places == [
        {
            "artifactLocation": {"uri": "lab/a%20b/%C3%BC%23.yaml", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 3, "startColumn": 7},
        },
        {"artifactLocation": {"uri": "t.json", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 2}},
        {"artifactLocation": {"uri": "file:///elsewhere/x.yaml"}},
    ]


def test_what_a_call_lacks_is_no_result() -> None:
    (invocation,) = scanned(CALL)["invocations"]
    assert invocation == {
        "executionSuccessful": False,
        "toolConfigurationNotifications": [
            {
                "descriptor": {"id": "MAN018"},
                "level": "error",
                "message": {"text": "no manifest was found: manifests holds none"},
            }
        ],
    }
    assert scanned(SYNTAX)["invocations"][0]["executionSuccessful"] is True


def test_messages_hold_no_placeholders_and_no_links() -> None:
    (result,) = scanned(SYNTAX)["results"]
    assert result["message"]["text"] == "a file is not YAML: did not find {{x}}\nhint: see [here\\](x)"


def test_fingerprints_outlive_moved_lines_and_tell_equals_apart() -> None:
    def prints(*lines: int) -> list[str]:
        origin = Origin("a.yaml", 0, ("spec", "x"))
        found = [Finding("ENV001", "s", where=Where("a.yaml", line), origin=origin) for line in lines]
        return [each["partialFingerprints"]["tapdbFinding/v1"] for each in scanned(*found)["results"]]

    assert prints(3, 9) == prints(4, 5)
    assert len(set(prints(3, 9))) == 2
    other = Finding("ENV001", "s", where=Where("a.yaml", 3), origin=Origin("a.yaml", 0, ("spec", "y")))
    assert scanned(other)["results"][0]["partialFingerprints"]["tapdbFinding/v1"] not in prints(3, 9)


def test_the_schemas_refuse_what_is_wrong() -> None:
    log = json.loads(sarif.log(ALL, ROOM, HERE, "0.1.0"))
    log["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(ValidationError):
        SARIF.validate(log)
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        JUNIT.validate('<testsuites><testsuite name="x"/></testsuites>')


def test_a_report() -> None:
    report = reported(*ALL, SYNTAX, files=("fine.yaml", "../t.json"))
    assert (report.attrib["tests"], report.attrib["failures"]) == ("5", "2")
    suites = {suite.attrib["name"]: suite for suite in report}
    assert list(suites) == sorted(["fine.yaml", "../t.json", "a b/ü#.yaml", "/elsewhere/x.yaml", junit.ELSEWHERE])
    assert [name for name, suite in suites.items() if "file" not in suite.attrib] == [junit.ELSEWHERE]
    assert suites["fine.yaml"].find("testcase/*") is None
    assert suites["../t.json"].findtext("testcase/system-out", "").startswith("warning[TPL010]: an odd one\n")
    failure = suites["a b/ü#.yaml"].find("testcase/failure")
    assert failure is not None
    assert failure.attrib == {"message": "MAN004: a file is not YAML, and 1 more", "type": "MAN004"}
    assert "--> a b/ü#.yaml:3:7" in str(failure.text)


@given(FINDINGS)
def test_whatever_findings_hold_both_are_well_formed(found: list[Finding]) -> None:
    run = scanned(*found)
    assert len(run["results"]) == sum(finding.where is not None for finding in found)
    files = {finding.where.file if finding.where else junit.ELSEWHERE for finding in found}
    assert len(reported(*found)) == len(files)


def test_file_names_and_texts_that_xml_and_uris_cannot_hold() -> None:
    odd = Finding("MAN001", "s", "\x00\x1b\udcff\ufffe", where=Where("J\udcf6rg\x0b.yaml", 1, 1, "\x0c"))
    assert scanned(odd)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == (
        "lab/J%F6rg%0B.yaml"
    )
    assert reported(odd)[0].attrib["name"] == "J\ufffdrg\ufffd.yaml"
