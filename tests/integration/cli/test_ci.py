"""What CI gets of `plan`, `apply` and `validate`: files, annotations, the summary of a step."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from folders import Folder, pack
from roles import READER, as_role, make_roles

if TYPE_CHECKING:
    from worlds import World

OUTPUTS = ("out", "output-json", "output-markdown", "output-sql", "output-gitlab")


@dataclass(frozen=True)
class Step:
    """A step of GitHub Actions, in a repository that has the project in a folder `lab`."""

    repository: Path
    folder: Folder

    @property
    def summary(self) -> Path:
        return self.repository.parent / "summary"

    def run(self, *arguments: str, **more: str) -> tuple[int, str, str]:
        given = {"GITHUB_WORKSPACE": str(self.repository), "GITHUB_STEP_SUMMARY": str(self.summary)}
        return self.folder.run(*arguments, **({"GITHUB_ACTIONS": "true"} | given | more))


@pytest.fixture
def step(tmp_path: Path, world: World) -> Step:
    repository = tmp_path / "repository"
    folder = Folder(repository / "lab", world)
    folder.write(pack(3))
    return Step(repository, folder)


def invalid(count: int) -> list[dict[str, Any]]:
    return pack(count, instance_prefix="OIL")


def commands(text: str, kind: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(f"::{kind} ")]


def test_all_outputs_of_one_run_tell_the_same(folder: Folder) -> None:
    folder.write(pack(1_500))
    assert folder.run("plan", *(f"--{name}={name}" for name in OUTPUTS))[0] == 0
    texts = {name: (folder.path / name).read_text() for name in OUTPUTS}
    document = json.loads(texts["out"])
    assert json.loads(texts["output-json"])["plan_digest"] == document["plan_digest"]
    assert json.loads(texts["output-gitlab"]) == {"create": 1_504, "update": 0, "delete": 0}
    comment = texts["output-markdown"]
    assert comment.startswith(
        f"<!-- tapdb-plan: dev {folder.world.database}.public -->\n## Plan for `dev`: 1504 to add"
    )
    assert len(comment.encode()) < 65_536
    left = 1_504 - comment.count("<details")
    assert f"> Shortened: {left:,} of 1,504 resources left out" in comment
    assert texts["output-sql"].startswith("--")


def test_only_one_output_is_printed(folder: Folder) -> None:
    folder.write(pack(1))
    code, out, err = folder.run("plan", "--output-gitlab", "-", "--output-markdown", "plan.md")
    assert (code, json.loads(out)["create"]) == (0, 5)
    assert err.endswith("Plan: 5 to add, 0 to change, 0 to destroy.\n")
    for other in OUTPUTS[:-1]:
        code, out, err = folder.run("plan", "--output-gitlab", "-", f"--{other}", "-")
        assert (code, out) == (1, "")
        assert "only one of" in err


def test_findings_are_annotated_where_the_repository_has_them(step: Step) -> None:
    step.folder.write(invalid(1))
    file = "file=lab/templates/lab/pack.json,line=1,col="
    for command in ("validate", "plan", "apply"):
        code, _, err = step.run(command)
        (line,) = commands(err, "error")
        assert (code, line.startswith(f"::error {file}")) == (1, True)
        assert step.summary.exists() == (command == "apply")


def test_ten_annotations_speak_for_all(step: Step) -> None:
    step.folder.write(invalid(25))
    code, out, err = step.run("validate", "--json")
    errors = commands(err, "error")
    assert (code, json.loads(out)["summary"]["error"], len(errors)) == (1, 25, 10)
    assert errors[-1] == "::error title=tapdb::16 more errors; the log has them all"


def test_a_plan_goes_into_the_summary_and_data_stays_clean(step: Step) -> None:
    step.summary.write_text("of another command\n")
    code, out, err = step.run("plan", "--json", "--target", "prefix.CX")
    assert (code, json.loads(out)["environment"]) == (0, "dev")
    assert err.splitlines() == commands(err, "warning")
    assert "title=PLN021" in err
    text = step.summary.read_text()
    assert text.startswith("of another command\n## Plan for `dev`: ")
    assert "<!--" not in text


def test_outside_of_github_actions_nothing_is_told_to_it(step: Step) -> None:
    step.folder.write(invalid(1))
    for running in ("", "false"):
        assert "::" not in step.run("plan", GITHUB_ACTIONS=running)[2]
    step.folder.write(pack(1))
    assert step.run("plan", GITHUB_ACTIONS="")[0] == 0
    assert not step.summary.exists()


def test_an_apply_tells_its_plan_and_its_end(step: Step) -> None:
    step.run("plan", "--out", "saved.json", GITHUB_STEP_SUMMARY="")
    code, out, err = step.run("apply", "--json", "saved.json")
    assert (code, err) == (0, "")
    assert [json.loads(line)["type"] for line in out.splitlines()][-2:] == ["apply_complete", "change_summary"]
    text = step.summary.read_text()
    assert text.startswith("## Plan for `dev`: 7 to add")
    assert "**Apply complete! Resources: 7 added, 0 changed, 0 destroyed.** It is entry 1 of the ledger." in text
    step.summary.unlink()
    code, _, err = step.run("apply", "saved.json")
    assert (code, "Saved plan is stale" in commands(err, "error")[0]) == (1, True)
    assert "> The apply failed.\n\n```text\nerror[" in step.summary.read_text()
    assert "Then go on with: tapdb plan -e dev" in step.summary.read_text()


@pytest.mark.parametrize("summary", ["/dev/full", "missing/summary", "."])
def test_a_summary_that_cannot_be_written_is_a_warning(step: Step, summary: str) -> None:
    code, out, err = step.run("plan", GITHUB_STEP_SUMMARY=summary)
    assert (code, "Plan: 7 to add" in out) == (0, True)
    assert "warning[CLI019]" in err


def test_a_summary_stays_below_what_github_takes(step: Step) -> None:
    step.folder.write(pack(1_500))
    step.summary.write_text("x" * 900_000)
    assert step.run("plan")[0] == 0
    assert 2**20 - 20_000 < step.summary.stat().st_size < 2**20
    assert "> Shortened: " in step.summary.read_text()
    code, _, err = step.run("plan")
    assert (code, "warning[CLI019]" in err, step.summary.stat().st_size < 2**20) == (0, True, True)


def test_a_reader_plans_and_the_owner_applies_that(tmp_path: Path, each_world: World) -> None:
    """As CI does it, each with an account of its own; the first apply is the owner's."""
    make_roles(each_world, READER)
    owner, reader = Folder(tmp_path, each_world), Folder(tmp_path, as_role(each_world, READER))
    owner.write(pack(2), roles={"read_only": [READER]})
    assert owner.run("apply", "--auto-approve")[0] == 0
    documents = []
    for folder in (owner, reader):
        folder.write(pack(3), roles={"read_only": [READER]})
        code, out, err = folder.run("plan", "--out", "plan.json")
        assert code == 0, out + err
        documents.append(json.loads((tmp_path / "plan.json").read_text()) | {"timestamp": ""})
    assert documents[0] == documents[1]
    assert reader.run("apply", "plan.json")[0] == 1
    owner.write(pack(3), roles={"read_only": [READER]})
    code, out, err = owner.run("apply", "plan.json")
    assert (code, "1 added" in out) == (0, True), out + err
