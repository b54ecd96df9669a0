"""What the ledger records of who applies, with what and from where; and that no credential is among it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tapdb_ctl.cli import provenance
from tapdb_ctl.providers.git import inspect

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_ACTOR": "ada",
    "GITHUB_SHA": "abc",
    "GITHUB_HEAD_REF": "",
    "GITHUB_REF_NAME": "main",
    "GITHUB_REPOSITORY": "lab/catalogue",
    "GITHUB_RUN_ID": "7",
    "GITHUB_SERVER_URL": "https://github.example",
}
AZURE = {
    "TF_BUILD": "True",
    "BUILD_REQUESTEDFOR": "Ada L",
    "BUILD_SOURCEVERSION": "abc",
    "BUILD_SOURCEBRANCH": "refs/heads/main",
    "BUILD_REPOSITORY_NAME": "catalogue",
    "BUILD_BUILDID": "7",
    "SYSTEM_COLLECTIONURI": "https://dev.azure.example/lab/",
    "SYSTEM_TEAMPROJECT": "assays",
}
BUILDKITE = {
    "BUILDKITE": "true",
    "BUILDKITE_BUILD_CREATOR": "ada",
    "BUILDKITE_COMMIT": "abc",
    "BUILDKITE_BRANCH": "main",
    "BUILDKITE_REPO": "https://robot:canary@git.example/lab/catalogue.git",
    "BUILDKITE_BUILD_ID": "7",
    "BUILDKITE_BUILD_URL": "https://robot:canary@ci.example/7?token=canary#canary",
}
GITLAB = {
    "GITLAB_CI": "true",
    "GITLAB_USER_LOGIN": "ada",
    "CI_COMMIT_SHA": "abc",
    "CI_COMMIT_REF_NAME": "main",
    "CI_PROJECT_PATH": "lab/catalogue",
    "CI_PIPELINE_ID": "7",
    "CI_JOB_URL": "https://gitlab.example/lab/catalogue/-/jobs/9",
}
CIRCLE = {
    "CIRCLECI": "true",
    "CIRCLE_USERNAME": "ada",
    "CIRCLE_SHA1": "abc",
    "CIRCLE_BRANCH": "main",
    "CIRCLE_REPOSITORY_URL": "git@github.example:lab/catalogue.git",
    "CIRCLE_WORKFLOW_ID": "7",
    "CIRCLE_BUILD_URL": "https://circleci.example/7",
}
JENKINS = {
    "JENKINS_URL": "https://jenkins.example/",
    "BUILD_USER_ID": "ada",
    "GIT_COMMIT": "abc",
    "GIT_BRANCH": "main",
    "GIT_URL": "https://canary@git.example/lab/catalogue.git",
    "BUILD_TAG": "7",
    "BUILD_URL": "https://jenkins.example/job/7/",
}


def recorded(environ: dict[str, str]) -> dict[str, str]:
    context = dict(provenance.entry(environ=environ).context)
    assert context.pop("host")
    return context


@pytest.mark.parametrize(
    ("environ", "system", "branch", "repository", "url"),
    [
        (GITHUB, "GitHub Actions", "main", "lab/catalogue", "https://github.example/lab/catalogue/actions/runs/7"),
        (GITLAB, "GitLab", "main", "lab/catalogue", "https://gitlab.example/lab/catalogue/-/jobs/9"),
        (BUILDKITE, "Buildkite", "main", "https://git.example/lab/catalogue.git", "https://ci.example/7"),
        (CIRCLE, "CircleCI", "main", "github.example:lab/catalogue.git", "https://circleci.example/7"),
        (JENKINS, "Jenkins", "main", "https://git.example/lab/catalogue.git", "https://jenkins.example/job/7/"),
        (
            AZURE,
            "Azure Pipelines",
            "refs/heads/main",
            "catalogue",
            "https://dev.azure.example/lab/assays/_build/results?buildId=7",
        ),
    ],
    ids=["github", "gitlab", "buildkite", "circle", "jenkins", "azure"],
)
def test_what_each_system_says(environ: dict[str, str], system: str, branch: str, repository: str, url: str) -> None:
    assert provenance.actor(environ) == ("Ada L" if environ is AZURE else "ada")
    assert recorded(environ) == {
        "ci": system,
        "ci_run": "7",
        "ci_url": url,
        "git_branch": branch,
        "git_commit": "abc",
        "repository": repository,
    }


def test_a_pull_request_s_own_branch_comes_first() -> None:
    assert recorded({**GITHUB, "GITHUB_HEAD_REF": "fix"})["git_branch"] == "fix"


def test_the_variables_of_a_system_count_only_inside_it() -> None:
    environ = {name: value for name, value in GITHUB.items() if name != "GITHUB_ACTIONS"}
    assert recorded(environ) == {}
    assert provenance.actor(environ) == provenance.actor({})


def test_names_that_are_no_text_are_recorded_as_far_as_they_are() -> None:
    environ = {"GITHUB_ACTIONS": "1", "GITHUB_ACTOR": "J\udcf6rg", "GITHUB_REPOSITORY": "l\udce4b"}
    assert provenance.actor(environ) == "J\ufffdrg"
    assert recorded(environ)["repository"] == "l\ufffdb"


@pytest.mark.parametrize(
    ("address", "left"),
    [
        ("https://git.example/lab.git", "https://git.example/lab.git"),
        ("https://robot:canary@git.example/lab.git", "https://git.example/lab.git"),
        ("https://robot:can/ary@git.example/lab.git", "https://git.example/lab.git"),
        ("https://canary@git.example:8443/lab.git?private_token=canary", "https://git.example:8443/lab.git"),
        ("https://robot:can?ary@git.example/lab.git", ""),
        ("https://git.example/lab.git?token=can@ary", ""),
        ("https://robot:can://ary@git.example/lab.git", "https://git.example/lab.git"),
        ("git@git.example:lab.git", "git.example:lab.git"),
        ("canary@git.example/lab.git", "git.example/lab.git"),
        ("ssh://git@git.example/lab.git", "ssh://git.example/lab.git"),
        ("../lab.git", "../lab.git"),
    ],
)
def test_no_credential_is_recorded(address: str, left: str) -> None:
    assert recorded({"BUILDKITE": "true", "BUILDKITE_REPO": address}).get("repository", "") == left


def test_without_ci_the_account_is_named() -> None:
    assert recorded({}) == {}
    assert provenance.actor({})


def test_a_rollback_says_so() -> None:
    assert provenance.entry(rollback_to=3, environ={}).context["rollback_to"] == "3"


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=ada", "-c", "user.email=ada@example.org", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "remote", "add", "origin", "https://robot:canary@git.example/lab.git")
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/dev.yaml").write_text("kind: Environment\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "First")
    return tmp_path


def test_the_repository_of_the_manifests_is_recorded(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    manifests = repository / "manifests"
    context = provenance.entry(manifests, environ={}).context
    monkeypatch.delenv("GIT_DIR")
    commit = git(repository, "rev-parse", "HEAD")
    assert (context["git_commit"], context["git_branch"]) == (commit, "main")
    assert context["repository"] == "https://git.example/lab.git"
    assert "git_dirty" not in context
    (manifests / "new.yaml").touch()
    assert provenance.entry(manifests, environ={}).context["git_dirty"] == "true"
    ci = provenance.entry(manifests, environ=GITHUB).context
    assert (ci["git_commit"], ci["git_dirty"]) == ("abc", "true")


def test_a_worktree_and_a_checkout_without_a_branch(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other") / "tree"
    git(repository, "worktree", "add", "-q", "--detach", str(other))
    found = inspect.checkout(other)
    assert found
    assert (found.commit, found.branch, found.dirty) == (git(repository, "rev-parse", "HEAD"), "", False)


def test_an_empty_repository_has_no_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    assert inspect.checkout(tmp_path) == inspect.Checkout("", "main", "", dirty=False)


def test_where_there_is_no_repository_or_no_git(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert inspect.checkout(tmp_path_factory.mktemp("plain")) is None
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert inspect.checkout(repository) is None


def test_a_git_that_takes_too_long_is_given_up(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspect, "PATIENCE", 0.0001)
    assert inspect.checkout(repository) is None
