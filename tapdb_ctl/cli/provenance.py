"""Who applies, with what, from where: what the ledger records beside the changes."""

from __future__ import annotations

import getpass
import os
import platform
from string import Template
from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl import __version__
from tapdb_ctl.core.report import Entry
from tapdb_ctl.providers.git.inspect import checkout

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class _System(NamedTuple):
    """What a CI system says of itself: of several texts the first whose variables are all set."""

    name: str
    marker: str
    actor: tuple[str, ...]
    commit: tuple[str, ...]
    branch: tuple[str, ...]
    repository: tuple[str, ...]
    run: tuple[str, ...]
    url: tuple[str, ...]


_SYSTEMS = (
    # https://docs.github.com/en/actions/reference/workflows-and-actions/variables
    _System(
        "GitHub Actions",
        "GITHUB_ACTIONS",
        ("$GITHUB_ACTOR",),
        ("$GITHUB_SHA",),
        ("$GITHUB_HEAD_REF", "$GITHUB_REF_NAME"),
        ("$GITHUB_REPOSITORY",),
        ("$GITHUB_RUN_ID",),
        ("$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID",),
    ),
    # https://docs.gitlab.com/ci/variables/predefined_variables/
    _System(
        "GitLab",
        "GITLAB_CI",
        ("$GITLAB_USER_LOGIN",),
        ("$CI_COMMIT_SHA",),
        ("$CI_COMMIT_REF_NAME",),
        ("$CI_PROJECT_PATH",),
        ("$CI_PIPELINE_ID",),
        ("$CI_JOB_URL", "$CI_PIPELINE_URL"),
    ),
    # https://buildkite.com/docs/pipelines/configure/environment-variables
    _System(
        "Buildkite",
        "BUILDKITE",
        ("$BUILDKITE_BUILD_CREATOR",),
        ("$BUILDKITE_COMMIT",),
        ("$BUILDKITE_BRANCH",),
        ("$BUILDKITE_REPO",),
        ("$BUILDKITE_BUILD_ID",),
        ("$BUILDKITE_BUILD_URL",),
    ),
    # https://circleci.com/docs/reference/variables/
    _System(
        "CircleCI",
        "CIRCLECI",
        ("$CIRCLE_USERNAME",),
        ("$CIRCLE_SHA1",),
        ("$CIRCLE_BRANCH", "$CIRCLE_TAG"),
        ("$CIRCLE_PROJECT_USERNAME/$CIRCLE_PROJECT_REPONAME", "$CIRCLE_REPOSITORY_URL"),
        ("$CIRCLE_WORKFLOW_ID",),
        ("$CIRCLE_BUILD_URL",),
    ),
    # https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables
    _System(
        "Azure Pipelines",
        "TF_BUILD",
        ("$BUILD_REQUESTEDFOR",),
        ("$BUILD_SOURCEVERSION",),
        ("$BUILD_SOURCEBRANCH",),
        ("$BUILD_REPOSITORY_NAME",),
        ("$BUILD_BUILDID",),
        ("$SYSTEM_COLLECTIONURI$SYSTEM_TEAMPROJECT/_build/results?buildId=$BUILD_BUILDID",),
    ),
    # https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables, and its Git plugin
    _System(
        "Jenkins",
        "JENKINS_URL",
        ("$BUILD_USER_ID",),
        ("$GIT_COMMIT",),
        ("$GIT_BRANCH",),
        ("$GIT_URL", "$JOB_NAME"),
        ("$BUILD_TAG",),
        ("$BUILD_URL",),
    ),
)


def entry(
    directory: Path | None = None, rollback_to: int | None = None, environ: Mapping[str, str] = os.environ
) -> Entry:
    """The ledger's header for an apply by this process, of manifests in `directory`."""
    known = {
        **(_of_git(directory) if directory else {}),
        **_of_ci(environ),
        "host": platform.node(),
        "rollback_to": "" if rollback_to is None else str(rollback_to),
    }
    return Entry(actor(environ), __version__, {key: value for key, value in sorted(known.items()) if value})


def actor(environ: Mapping[str, str] = os.environ) -> str:
    """The person or robot that CI names, else the account; `uid N` where the account has no name."""
    system = _system(environ)
    if system and (named := _filled(system.actor, environ)):
        return named
    try:
        return _text(getpass.getuser())
    except (KeyError, OSError):  # the former until Python 3.13
        return f"uid {os.geteuid()}"


def _of_git(directory: Path) -> dict[str, str]:
    found = checkout(directory)
    if found is None:
        return {}
    return {
        "git_commit": found.commit,
        "git_branch": found.branch,
        "git_dirty": "true" if found.dirty else "",
        "repository": _without_credentials(found.remote),
    }


def _of_ci(environ: Mapping[str, str]) -> dict[str, str]:
    system = _system(environ)
    return dict(_facts(system, environ)) if system else {}


def _facts(system: _System, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "ci", system.name
    for key, texts in (
        ("git_commit", system.commit),
        ("git_branch", system.branch),
        ("repository", system.repository),
        ("ci_run", system.run),
        ("ci_url", system.url),
    ):
        if found := _filled(texts, environ):
            yield key, _without_credentials(found) if key == "repository" else found


def _system(environ: Mapping[str, str]) -> _System | None:
    return next((system for system in _SYSTEMS if environ.get(system.marker)), None)


def _filled(texts: tuple[str, ...], environ: Mapping[str, str]) -> str:
    for text in map(Template, texts):
        values = {name: _safe(_text(environ.get(name, ""))) for name in text.get_identifiers()}
        if all(values.values()):
            return text.substitute(values)
    return ""


def _safe(value: str) -> str:
    return _without_credentials(value) if "://" in value else value


def _without_credentials(address: str) -> str:
    """A URL or a remote of git's without what may be secret in it: user, password, query and fragment.

    Everything until the last @ goes, since a token that was not escaped may hold a slash; and all of it where the @ may
    belong to a query.
    """
    scheme, separator, rest = address.partition("://") if "://" in address else ("", "", address)
    before, _, place = rest.rpartition("@")
    if "?" in before or "#" in before:
        return ""
    return f"{scheme}{separator}{place.partition('?')[0].partition('#')[0]}"


def _text(value: str) -> str:
    """The value with a replacement character for each byte that was not UTF-8: it is a note, and stops nothing."""
    return os.fsencode(value).decode(errors="replace")
