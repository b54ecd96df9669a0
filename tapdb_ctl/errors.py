"""What can go wrong, said so that a person can act on it.

Every failure that tapdb foresees is a `TapdbError` carrying one or more `Finding`s. A finding
says what is wrong, where, why, and the command to type next; they are collected, so that one run
shows all of them. Nothing in a finding may hold a secret: findings are printed, logged, exported.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Severity(StrEnum):
    """How a finding bears on the exit code: only `ERROR` makes a command fail."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a file; `line` and `column` count from 1 and are None when only the file is known.

    `snippet` is the source line as written, or None where showing it could reveal a secret.
    """

    file: str
    line: int | None = None
    column: int | None = None
    snippet: str | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


@dataclass(frozen=True, slots=True)
class Origin:
    """A value's address in a manifest file: the document's number and the path of keys inside it.

    Cheap to carry for ten thousand resources; `manifest.positions` turns it into a `Where` by
    reading the file again, only when there is a finding to place.
    """

    file: str
    document: int = 0
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or worth knowing.

    `code` is stable (docs/findings.md lists them all), `summary` is one fixed sentence, `detail` says what
    was found and why it matters, `hint` is what to do or type next.
    """

    code: str
    summary: str
    detail: str = ""
    hint: str = ""
    severity: Severity = Severity.ERROR
    where: Where | None = None
    origin: Origin | None = None
    address: str | None = None


class TapdbError(Exception):
    """A foreseen failure: everything that is wrong, as findings; exit code 1, no traceback."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(*findings)
        self.findings = findings

    def __str__(self) -> str:
        return "; ".join(map(_said, self.findings))

    @classmethod
    def of(cls, code: str, summary: str, detail: str = "", hint: str = "") -> Self:
        """An error with a single finding that has no place in a file."""
        return cls(Finding(code, summary, detail, hint))


def _said(finding: Finding) -> str:
    detail, hint = (f" ({finding.detail})" if finding.detail else ""), (f" [{finding.hint}]" if finding.hint else "")
    return f"{finding.code}: {finding.summary}{detail}{hint}"


class ManifestError(TapdbError):
    """The manifests are not usable as written; nothing was contacted."""


class ServerError(TapdbError):
    """The embedded PostgreSQL server could not be found, initialised, started or stopped."""


class DatabaseError(TapdbError):
    """PostgreSQL could not be reached, refused what was asked, or is not fit for tapdb.

    `sqlstate` is the server's error code where it gave one.
    """

    sqlstate: str | None = None


class StalePlanError(TapdbError):
    """The database moved between the plan and its apply; nothing was written."""


class LockTimeoutError(TapdbError):
    """Another session held a lock longer than `--lock-timeout`; nothing was written."""


class NotConvergedError(TapdbError):
    """After every step, live state still differed from what was planned; all of it was rolled back."""


class RefusedError(TapdbError):
    """A guard stopped the plan: it would destroy, or touch what is protected or not ours."""


class UnrepairableError(TapdbError):
    """A difference is seen that tapdb cannot repair; its findings say what to do by hand."""


class InDoubtError(TapdbError):
    """The connection was lost while committing and the server could not say how it ended."""


class OutdatedSnapshotError(TapdbError):
    """Another transaction has committed what this one needs and, isolated as it is, cannot see; a new one will."""


class InvalidInputError(TapdbError, ValueError):
    """What an application asks of the runtime library cannot be done as asked; nothing was written."""


class NotFoundError(TapdbError, LookupError, ValueError):
    """No live row is what an application named; a ValueError because TAPDB raises that for unknown templates."""
