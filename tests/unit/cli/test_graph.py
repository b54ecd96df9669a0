"""`tapdb graph` of manifests and of saved plans."""

from pathlib import Path

import pytest

from documents import ROOT
from hand_made import plan_of
from tapdb_ctl.cli.running import run
from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import Create, Delete, Update
from tapdb_ctl.core.resource import Resource
from tapdb_ctl.views import documents
from worlds import template

CODE = "template.{}".format
PLATE, WELL = CODE("container/plate/wells-24/1.0"), CODE("container/well/standard/1.0")
SAMPLE, MEASURE = CODE("content/sample/dna/1.0"), CODE("action/sample/measure/1.0")


@pytest.fixture(autouse=True)
def example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "examples/lab-catalogue")


def test_what_templates_mention(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["graph", "--type", "template"]) == 0
    drawn = capsys.readouterr().out.splitlines()
    assert drawn[0] == 'digraph "dev" {'
    assert [line for line in drawn if "->" in line] == [
        f'  "{PLATE}" -> "{WELL}" [label = "contains ×24"];',
        f'  "{SAMPLE}" -> "{MEASURE}" [label = "action"];',
    ]


def test_a_target_and_what_it_leads_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["graph", "--target", "template.*/plate/*", "--format", "mermaid"]) == 0
    drawn = capsys.readouterr().out
    assert PLATE in drawn
    assert WELL in drawn
    assert "server.dev" in drawn
    assert SAMPLE not in drawn


def test_nothing_is_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["graph", "--target", "template.none/*"]) == 1
    assert "PLN020" in capsys.readouterr().err
    assert run(["graph", "--type", "table"]) == 1
    assert "there are database, identity, prefix, schema, server, template" in capsys.readouterr().err


def test_a_saved_plan_without_manifests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    layouts = [{"child_templates": ["c/well/s/*", {"template_code": "c/well/s/1.0", "count": 2}, "c/lid/s/1.0"]}]
    plate = template("c/plate/s/1.0", json_addl={"instantiation_layouts": layouts})
    damaged = template("c/bag/s/1.0", json_addl={"action_imports": ["c/plate/s/1.0"]})
    plan = plan_of(
        Create(Resource(Address("prefix", "CX"), {"sequence": "cx_instance_seq"})),
        Update(Resource(Address("schema", "table/t"), {}), Resource(Address("schema", "table/t"), {"a": 1})),
        Create(plate),
        Create(template("c/well/s/1.0")),
        Create(template("c/well/s/1.10", prefix="WX")),
        Create(damaged),
        Delete(template("c/old/s/1.0", json_addl={"instantiation_layouts": layouts})),
    )
    monkeypatch.chdir(tmp_path)
    Path("p").write_text(documents.plan(plan, tapdb_version="0.1.0", timestamp="2026-01-02T03:04:05+00:00"))
    assert run(["graph", "p"]) == 0
    drawn = capsys.readouterr().out
    assert '"template.c/old/s/1.0" [label = "- template.c/old/s/1.0", color = red];' in drawn
    assert '"schema.baseline";' in drawn
    assert [line.strip() for line in drawn.splitlines() if "->" in line] == [
        '"template.c/bag/s/1.0" -> "prefix.CX";',
        '"template.c/plate/s/1.0" -> "prefix.CX";',
        '"template.c/plate/s/1.0" -> "template.c/well/s/1.0" [label = "contains ×2"];',
        '"template.c/plate/s/1.0" -> "template.c/well/s/1.10" [label = "contains"];',
        '"template.c/well/s/1.0" -> "prefix.CX";',
    ]
