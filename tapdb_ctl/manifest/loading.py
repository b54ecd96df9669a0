"""The way in: manifests to a validated environment and its desired state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapdb_ctl.core.collector import paused
from tapdb_ctl.errors import Finding, ManifestError, Severity
from tapdb_ctl.manifest import declarations, positions
from tapdb_ctl.manifest.catalogs import Reader
from tapdb_ctl.manifest.checks.assignments import assignment_findings
from tapdb_ctl.manifest.compiling import compiled
from tapdb_ctl.manifest.environments import all_findings, shaped
from tapdb_ctl.manifest.judging import judged
from tapdb_ctl.manifest.selecting import chosen, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tapdb_ctl.core.resource import Desired
    from tapdb_ctl.manifest.models.environment import Environment
    from tapdb_ctl.manifest.variables import Variables


@dataclass(frozen=True, slots=True)
class Loaded:
    """A valid environment; relative paths in it are seen from `directory`, the folder of its manifest."""

    environment: Environment
    desired: Desired
    findings: tuple[Finding, ...]
    directory: Path


@paused()
def load(
    paths: Sequence[Path],
    environment: str | None,
    variables: Variables,
    *,
    strict: bool = True,
    templates: bool = True,
) -> Loaded:
    """The named environment, or the only one declared, with everything that it wants.

    Without `templates` its catalogues declare nothing, and none of their files is read.

    Raises ManifestError with every error and warning of all files, in their places, when any is an error.
    """
    declared = declarations.declared(paths)
    wrong = list(declared.findings)
    selected = chosen(declared, environment, wrong)
    reader = Reader()
    shapes = [shaped(each, variables, selected=each is selected) for each in declared.environments]
    shape = next((shape for each, shape in zip(declared.environments, shapes, strict=True) if each is selected), None)
    wrong += all_findings(shapes, shape)
    wrong += assignment_findings([shape.source], variables) if shape else ()
    owned = judged(shape, reader, wrong, strict=strict, apply=True) if shape and templates else []
    if templates:
        wrong += (complaint for document in declared.catalogs for complaint in reader.document(document).findings)
    _raise_errors(wrong)
    assert shape and shape.model and shape.source, "an environment that is missing or not valid is an error"  # noqa: PT018
    return Loaded(shape.model, compiled(shape.model, shape.source, owned), _distinct(wrong), shape.source.directory)


@paused()
def validate(paths: Sequence[Path], variables: Variables, *, strict: bool = True) -> tuple[Finding, ...]:
    """Every finding about every file and every environment, each in its place; never raises for one."""
    declared = declarations.declared(paths)
    wrong = list(declared.findings)
    reader = Reader()
    shapes = [shaped(each, variables, selected=False) for each in declared.environments]
    wrong += all_findings(shapes, None)
    wrong += assignment_findings([shape.source for shape in shapes], variables)
    for shape in shapes:
        judged(shape, reader, wrong, strict=strict, apply=False)
    for document in declared.catalogs:
        wrong += reader.document(document).findings
        if document.file not in reader.used:
            wrong.append(declarations.unused(document))
    return _placed(wrong)


def environments(paths: Sequence[Path]) -> tuple[str, ...]:
    """The names of the declared environments, sorted; what is wrong with the files is left for `load` to say."""
    return names(declarations.declared(paths))


def _distinct(wrong: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once: environments share files."""
    return tuple(dict.fromkeys(wrong))


def _placed(wrong: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, in its place, in the order of files and lines."""
    return tuple(sorted(positions.place(_distinct(wrong)), key=_order))


def _order(each: Finding) -> tuple[str, int, int, str]:
    where = each.where
    return ("", 0, 0, each.code) if where is None else (where.file, where.line or 0, where.column or 0, each.code)


def _raise_errors(wrong: list[Finding]) -> None:
    if any(each.severity is Severity.ERROR for each in wrong):
        raise ManifestError(*_placed(wrong))
