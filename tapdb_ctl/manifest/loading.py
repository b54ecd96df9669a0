"""The way in: manifests to a validated environment and its desired state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapdb_ctl.errors import Finding, ManifestError, Severity
from tapdb_ctl.manifest import declarations, positions
from tapdb_ctl.manifest.catalogs import Reader, validated
from tapdb_ctl.manifest.checks.duplicates import duplicate_findings
from tapdb_ctl.manifest.checks.layouts import layout_findings
from tapdb_ctl.manifest.checks.prefixes import identity_findings
from tapdb_ctl.manifest.checks.references import reference_findings
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.compiling import Owned, compiled
from tapdb_ctl.manifest.entries import Known
from tapdb_ctl.manifest.environments import Shaped, shaped

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


def load(paths: Sequence[Path], environment: str | None, variables: Variables, *, strict: bool = True) -> Loaded:
    """The named environment, or the only one declared, with everything that it wants.

    Raises ManifestError with every error and warning of all files, in their places, when any is an error.
    """
    declared = declarations.declared(paths)
    wrong = list(declared.findings)
    chosen = _chosen(declared, environment, wrong)
    reader = Reader()
    found: tuple[Shaped, list[Owned]] | None = None
    for declaration in declared.environments:
        shape = shaped(declaration, variables, selected=declaration is chosen)
        wrong += shape.findings
        if declaration is chosen:
            found = shape, _catalogs(shape, reader, wrong, strict=strict, apply=True)
    wrong += (complaint for document in declared.catalogs for complaint in validated(document).findings)
    _raise_errors(wrong)
    assert found is not None, "an environment that was not found is an error"
    shape, owned = found
    assert shape.model is not None and shape.source is not None, "an environment of the wrong shape is an error"  # noqa: PT018
    return Loaded(shape.model, compiled(shape.model, shape.source, owned), _distinct(wrong), shape.source.directory)


def validate(paths: Sequence[Path], variables: Variables, *, strict: bool = True) -> tuple[Finding, ...]:
    """Every finding about every file and every environment, each in its place; never raises for one."""
    declared = declarations.declared(paths)
    wrong = list(declared.findings)
    reader = Reader()
    for declaration in declared.environments:
        shape = shaped(declaration, variables, selected=False)
        wrong += shape.findings
        _catalogs(shape, reader, wrong, strict=strict, apply=False)
    for document in declared.catalogs:
        wrong += validated(document).findings
        if document.file not in reader.used:
            wrong.append(declarations.unused(document))
    return positions.place(_distinct(wrong))


def environments(paths: Sequence[Path]) -> tuple[str, ...]:
    """The names of the declared environments, sorted; what is wrong with the files is left for `load` to say."""
    return tuple(
        sorted({declaration.name for declaration in declarations.declared(paths).environments if declaration.name})
    )


def _chosen(declared: declarations.Declared, name: str | None, wrong: list[Finding]) -> declarations.Declaration | None:
    """The selected environment; an unknown or ambiguous choice becomes a finding that lists the names."""
    names = sorted({declaration.name for declaration in declared.environments if declaration.name})
    if name is None and len(declared.environments) == 1:
        return declared.environments[0]
    for declaration in declared.environments:
        if name is not None and declaration.name == name:
            return declaration
    if name is None and declared.environments:
        wrong.append(finding("ENV006", f"declared are {', '.join(names)}", "choose one with -e NAME or TAPDB_ENV"))
    elif name is not None:
        detail = f"{name}; declared are {', '.join(names)}" if names else f"{name}; none is declared"
        wrong.append(finding("ENV005", detail, "check -e and TAPDB_ENV, and -f for where the manifests are"))
    elif not wrong:
        wrong.append(finding("ENV005", "none is declared", "tapdb init writes a first one"))
    return None


def _catalogs(shape: Shaped, reader: Reader, wrong: list[Finding], *, strict: bool, apply: bool) -> list[Owned]:
    """Read the environment's catalogues and judge their templates together."""
    if shape.source is None:
        return []
    owned: list[Owned] = []
    broken: frozenset[str] = frozenset()
    for name, path, keys in shape.catalogs():
        origin = shape.source.origin(keys)
        pack = reader.read(shape.source.directory, path, shape.source.origin((*keys, "path")))
        wrong += pack.findings
        broken |= pack.broken
        owned.append(Owned(name or f"the one at {path}", pack.entries))
        if name is None:
            severity = Severity.ERROR if apply else Severity.WARNING
            detail = f"the one at {path} can be validated, not applied"
            wrong.append(
                finding("ENV009", detail, "add a name: it is what owns the templates", severity=severity, origin=origin)
            )
    known = Known.of((entry for catalog in owned for entry in catalog.entries), broken)
    wrong += duplicate_findings(owned)
    wrong += reference_findings(known.entries.values(), known, strict=strict)
    wrong += layout_findings(known)
    wrong += identity_findings(known.entries.values(), shape.identity())
    return owned


def _distinct(wrong: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once: environments share files."""
    return tuple(dict.fromkeys(wrong))


def _raise_errors(wrong: list[Finding]) -> None:
    if any(each.severity is Severity.ERROR for each in wrong):
        raise ManifestError(*positions.place(_distinct(wrong)))
