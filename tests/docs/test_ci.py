"""The pipelines in examples/ci are what GitHub and GitLab take, and keep what docs/ci.md says of them."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from documents import ROOT

GITHUB, GITLAB = ROOT / "examples/ci/github-actions.yml", ROOT / "examples/ci/gitlab-ci.yml"
GLOBAL = {"stages", "workflow", "default", "variables"}
"""Words of GitLab at the top of a file; the others are jobs: https://docs.gitlab.com/ci/yaml/"""


def github() -> Any:
    return yaml.load(GITHUB.read_text(), yaml.BaseLoader)


def jobs() -> dict[str, Any]:
    found: dict[str, Any] = github()["jobs"]
    return found


def gitlab() -> Any:
    return yaml.load(GITLAB.read_text(), yaml.BaseLoader)


def lint(path: Path) -> str:
    """What actionlint has against a workflow; without shellcheck and pyflakes, which not everybody has."""
    command = [Path(sys.executable).with_name("actionlint"), "-no-color", "-shellcheck=", "-pyflakes=", path]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]})
    return ran.stdout + ran.stderr


def test_actionlint_has_nothing_against_the_workflow(tmp_path: Path) -> None:
    assert lint(GITHUB) == ""
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(GITHUB.read_text().replace("steps.reviewed.outputs.run", "steps.review.outputs.run"))
    assert "review" in lint(wrong)


def test_each_job_may_do_no_more_than_it_needs() -> None:
    workflow = github()
    assert workflow["permissions"] == {}
    assert "pull_request_target" not in workflow["on"]
    written = {name: {p for p, level in job["permissions"].items() if level == "write"} for name, job in jobs().items()}
    assert written == {"validate": set(), "plan": {"id-token", "pull-requests"}, "apply": {"id-token"}}


def test_no_script_has_values_pasted_in() -> None:
    """Whoever names a branch or writes a title would run code otherwise: scripts read the environment."""
    scripts = [step.get("run", "") for job in jobs().values() for step in job["steps"]]
    assert len(scripts) > 10
    assert [script for script in scripts if "${{" in script] == []


def test_actions_are_pinned_and_credentials_not_kept() -> None:
    used = [step for job in jobs().values() for step in job["steps"] if "uses" in step]
    assert [step["uses"] for step in used if not step["uses"].rpartition("@v")[2].isdecimal()] == []
    checkouts = [step["with"] for step in used if step["uses"].startswith("actions/checkout@")]
    assert checkouts == [{"persist-credentials": "false"}] * 3


def test_applies_wait_for_each_other() -> None:
    assert jobs()["apply"]["concurrency"] == {"group": "tapdb-apply-prod", "cancel-in-progress": "false"}
    assert gitlab()["apply"]["resource_group"] == "tapdb-prod"


def test_gitlab_gets_the_report_and_applies_the_plan_of_its_pipeline() -> None:
    pipeline = gitlab()
    names = {name for name in pipeline if name not in GLOBAL and not name.startswith(".")}
    assert {pipeline[name]["stage"] for name in names} == set(pipeline["stages"])
    plan, apply = pipeline["plan"], pipeline["apply"]
    (command,) = plan["script"]
    assert f"--output-gitlab {plan['artifacts']['reports']['terraform']}" in command
    assert f"--out {plan['artifacts']['paths'][1]}" in command
    assert apply["needs"] == ["plan"]
    assert apply["script"][-1].endswith(" plan.json")
    (rule,) = apply["rules"]
    assert rule == {"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "when": "manual"}
