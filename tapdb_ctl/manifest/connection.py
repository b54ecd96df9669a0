"""One environment without its catalogues: what it takes to reach its database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapdb_ctl.errors import Finding, ManifestError, Severity
from tapdb_ctl.manifest import declarations, positions
from tapdb_ctl.manifest.checks.assignments import assignment_findings
from tapdb_ctl.manifest.environments import shaped
from tapdb_ctl.manifest.selecting import chosen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tapdb_ctl.manifest.models.environment import Environment
    from tapdb_ctl.manifest.variables import Variables


@dataclass(frozen=True, slots=True)
class Connection:
    """An environment's own document; relative paths in it are seen from `directory`."""

    environment: Environment
    directory: Path

    @property
    def target(self) -> str:
        """The database and schema that a saved plan must have been made for."""
        return self.environment.target


def connection(paths: Sequence[Path], environment: str | None, variables: Variables) -> Connection:
    """The named environment, or the only one declared; no template is read, so none can stand in the way.

    Raises ManifestError when that environment is not valid, or none is meant.
    """
    declared = declarations.declared(paths)
    wrong: list[Finding] = []
    if (selected := chosen(declared, environment, wrong)) is None:
        raise ManifestError(*positions.place([*declared.findings, *wrong]))
    shape = shaped(selected, variables, selected=True)
    wrong += (*shape.findings, *assignment_findings([shape.source], variables))
    if shape.model is None or shape.source is None or any(f.severity is Severity.ERROR for f in wrong):
        raise ManifestError(*positions.place(wrong))
    return Connection(shape.model, shape.source.directory)
