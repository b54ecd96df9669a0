"""`tapdb validate --output-sarif --output-junit`."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from jsonschema import Draft4Validator

from documents import ROOT
from tapdb_ctl.cli.running import run

CASES = sorted(path.parent for path in (ROOT / "tests/golden/manifest").glob("*/expected.txt"))
STANDARDS = ROOT / "tests/standards"
SARIF = Draft4Validator(json.loads((STANDARDS / "sarif-schema-2.1.0.json").read_text()))
JUNIT = xmlschema.XMLSchema(STANDARDS / "junit-10.xsd")


@pytest.fixture(autouse=True)
def example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "examples/lab-catalogue")


def test_both_besides_the_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sarif, junit = tmp_path / "tapdb.sarif", tmp_path / "junit.xml"
    assert run(["validate", "--output-sarif", str(sarif), "--output-junit", str(junit)]) == 0
    assert capsys.readouterr().out == "Validated: no findings.\n"
    assert json.loads(sarif.read_text())["runs"][0]["results"] == []
    assert [suite.attrib["file"] for suite in ET.parse(junit).getroot()] == [
        "manifests/dev.yaml",
        "templates/lab/containers.yaml",
        "templates/lab/legacy.yaml",
        "templates/lab/samples.yaml",
    ]


@pytest.mark.parametrize("option", ["--output-sarif", "--output-junit"])
def test_to_standard_output(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", option, "-"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("{" if option == "--output-sarif" else "<?xml")
    assert err == "Validated: no findings.\n"


@pytest.mark.parametrize("other", [["--json"], ["--output-junit", "-"]])
def test_only_one_to_standard_output(other: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", "--output-sarif", "-", *other]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "can be printed" in err


def test_what_keeps_it_from_validating_is_json_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", "--json", "--output-sarif", str(tmp_path / "none" / "s")]) == 1
    assert [finding["code"] for finding in json.loads(capsys.readouterr().out)["findings"]] == ["CLI005"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_mistake_satisfies_the_standards(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(case)
    code = run(["validate", "--json", "--output-sarif", str(tmp_path / "s"), "--output-junit", str(tmp_path / "j")])
    found = json.loads(capsys.readouterr().out)["findings"]
    log, report = json.loads((tmp_path / "s").read_text()), (tmp_path / "j").read_text()
    SARIF.validate(log)
    JUNIT.validate(report)
    (scan,) = log["runs"]
    placed = [finding for finding in found if finding["where"]]
    assert [result["ruleId"] for result in scan["results"]] == [finding["code"] for finding in placed]
    files = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in scan["results"]]
    assert files == [f"{case.relative_to(ROOT).as_posix()}/{finding['where']['file']}" for finding in placed]
    failed = {finding["where"] and finding["where"]["file"] for finding in found if finding["severity"] == "error"}
    assert ET.fromstring(report).attrib["failures"] == str(len(failed))
    assert code == bool(failed)
