"""The pipelines in examples/ci are what GitHub and GitLab take, and keep what docs/ci.md says of them."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
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
    assert written == {
        "validate": set(),
        "plan": {"id-token", "pull-requests"},
        "approve": set(),
        "apply": {"id-token"},
    }


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


def test_reviewers_hold_up_what_is_started_by_hand_alone() -> None:
    """And outside the concurrency group, where it would stand in the way of merges or be cancelled by them."""
    approve, apply = jobs()["approve"], jobs()["apply"]
    assert (approve["environment"], apply["environment"]) == ("production-by-hand", "production")
    assert approve["if"].startswith("github.event_name == 'workflow_dispatch'")
    assert "concurrency" not in approve
    assert apply["if"].endswith("(github.event_name == 'push' || needs.approve.result == 'success')")


@pytest.mark.parametrize(("tip", "code"), [("a1", 0), ("b2", 1), ("", 1)])
def test_a_run_that_main_has_left_behind_is_refused(tmp_path: Path, tip: str, code: int) -> None:
    step = next(step for step in jobs()["apply"]["steps"] if 'GITHUB_SHA" != "$tip' in step.get("run", ""))
    gh = tmp_path / "gh"
    gh.write_text(f"#!/bin/sh\necho {tip}\n")
    gh.chmod(0o755)
    context = {"GITHUB_SHA": "a1", "GITHUB_REPOSITORY": "o/r", "GITHUB_REF_NAME": "main"}
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", **context}
    ran = subprocess.run(["bash", "-eo", "pipefail", "-c", step["run"]], env=env, capture_output=True, check=False)
    assert ran.returncode == code


def test_no_package_is_installed_by_its_name_alone() -> None:
    """Whoever takes the name on a public index would get the pipeline's credentials."""
    texts = [GITHUB.read_text(), GITLAB.read_text()]
    installs = [line.strip() for text in texts for line in text.splitlines() if "pip install" in line]
    assert [line for line in installs if not line.endswith('"$TAPDB_PACKAGE"')] == []
    packages = [github()["env"]["TAPDB_PACKAGE"], gitlab()["variables"]["TAPDB_PACKAGE"]]
    assert [package.partition(" @ ")[1] for package in packages] == [" @ ", " @ "]


def test_gitlab_gets_the_report_and_applies_the_plan_of_its_pipeline() -> None:
    pipeline = gitlab()
    names = {name for name in pipeline if name not in GLOBAL and not name.startswith(".")}
    assert {pipeline[name]["stage"] for name in names} == set(pipeline["stages"])
    plan, apply = pipeline["plan"], pipeline["apply"]
    (command,) = plan["script"]
    assert f"--output-gitlab {plan['artifacts']['reports']['terraform']}" in command
    assert f"--out {plan['artifacts']['paths'][1]}" in command
    assert plan["artifacts"]["when"] == "always"
    assert apply["needs"] == ["plan"]
    assert apply["script"][-1].endswith(" plan.json")
    (rule,) = apply["rules"]
    assert rule == {"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "when": "manual"}
