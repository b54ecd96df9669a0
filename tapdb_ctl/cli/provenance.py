"""Who applies, with what, from where: what the ledger records beside the changes."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING

from tapdb_ctl import __version__
from tapdb_ctl.core.report import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping

# What CI systems say of themselves: GitHub Actions, GitLab CI, Buildkite, Jenkins.
_CONTEXT = {
    "git_commit": ("GITHUB_SHA", "CI_COMMIT_SHA", "BUILDKITE_COMMIT", "GIT_COMMIT"),
    "ci_run": ("GITHUB_RUN_ID", "CI_PIPELINE_ID", "BUILDKITE_BUILD_ID", "BUILD_TAG"),
    "repository": ("GITHUB_REPOSITORY", "CI_PROJECT_PATH", "BUILDKITE_REPO", "JOB_NAME"),
}


def entry(environ: Mapping[str, str] = os.environ) -> Entry:
    """The ledger's header for an apply by this process."""
    context = {
        key: _text(next(value for name in names if (value := environ.get(name))))
        for key, names in _CONTEXT.items()
        if any(environ.get(name) for name in names)
    }
    return Entry(actor(environ), __version__, context)


def actor(environ: Mapping[str, str] = os.environ) -> str:
    """The person or robot that CI names, else the account; `uid N` where the account has no name."""
    if named := environ.get("GITHUB_ACTOR") or environ.get("GITLAB_USER_LOGIN"):
        return _text(named)
    try:
        return _text(getpass.getuser())
    except (KeyError, OSError):  # the former until Python 3.13
        return f"uid {os.geteuid()}"


def _text(value: str) -> str:
    """The value with a replacement character for each byte that was not UTF-8: it is a note, and stops nothing."""
    return os.fsencode(value).decode(errors="replace")
