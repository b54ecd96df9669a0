"""An Environment document to its model: extended, filled, validated; and the catalogues that it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from tapdb_ctl.errors import Finding, ManifestError
from tapdb_ctl.manifest import shapes, variables
from tapdb_ctl.manifest.checks.environment import environment_findings
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.extending import extended
from tapdb_ctl.manifest.models.environment import Environment
from tapdb_ctl.manifest.text import Unset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tapdb_ctl.core.jsonvalue import Path as Keys
    from tapdb_ctl.manifest.declarations import Declaration
    from tapdb_ctl.manifest.extending import Extended
    from tapdb_ctl.manifest.variables import Variables

_HINTS = {
    "VAR001": "give it with --var {0}=VALUE, TAPDB_VAR_{0}, or a default under vars:",
    "VAR002": "write ${{var.NAME}}",
    "VAR004": "give {0} again, as UTF-8",
}


@dataclass(frozen=True, slots=True)
class Shaped:
    """An environment as far as it is valid: `model` is None when it is not."""

    source: Extended | None
    value: dict[str, Any]
    model: Environment | None
    findings: tuple[Finding, ...]

    def catalogs(self) -> Iterator[tuple[str | None, str, Keys]]:
        """(name, path, where) of every catalogue that can be made out, also of an environment that is not valid."""
        spec = self.value.get("spec")
        declared = spec.get("catalogs") if isinstance(spec, dict) else None
        for index, catalog in enumerate(declared if isinstance(declared, list) else ()):
            path = catalog.get("path") if isinstance(catalog, dict) else None
            if isinstance(path, str) and path and not isinstance(path, Unset):
                name = catalog.get("name")
                yield name if isinstance(name, str) else None, path, ("spec", "catalogs", index)

    def identity(self) -> dict[str, str]:
        """Which identity has which prefix; empty for an environment that is not valid."""
        if self.model is None:
            return {}
        identity = self.model.spec.identity
        return {identity.tapdb_user: "tapdb_user", identity.audit_log: "audit_log"}


def shaped(declaration: Declaration, given: Variables, *, selected: bool) -> Shaped:
    """The environment of a document; only for the selected one must every variable have a value."""
    try:
        source = extended(declaration)
    except ManifestError as error:
        return Shaped(None, {}, None, error.findings)
    wrong: list[Finding] = []
    value = _filled(source, given, wrong, selected=selected)
    _name_the_database(value)
    try:
        model = Environment.model_validate(value)
    except ValidationError as error:
        wrong += shapes.findings(error, shapes.ENVIRONMENT, source.origin)
        return Shaped(source, value, None, tuple(wrong))
    wrong += environment_findings(model, source)
    return Shaped(source, value, model, tuple(wrong))


def all_findings(shapes: Sequence[Shaped], selected: Shaped | None) -> Iterator[Finding]:
    """The findings of all environments, less what a base lacks: the environments that extend it complete it."""
    bases = {place for shape in shapes if shape.source for place in shape.source.bases}
    for shape in shapes:
        is_base = shape is not selected and shape.source is not None and shape.source.place in bases
        yield from (each for each in shape.findings if not (is_base and each.code == "ENV002"))


def _filled(source: Extended, given: Variables, wrong: list[Finding], *, selected: bool) -> dict[str, Any]:
    """The environment with the variables of its `spec` filled: its name must be known before they are."""
    defaults = source.value.get("vars")
    known = {name: variables.as_text(value) for name, value in defaults.items()} if isinstance(defaults, dict) else {}

    def lookup(name: str) -> str | None:
        value = given.get(name)
        return known.get(name) if value is None else value

    def report(code: str, detail: str, path: Keys) -> None:
        if code == "VAR001" and not selected:
            return
        wrong.append(finding(code, detail, _HINTS[code].format(detail), origin=source.origin(path)))

    if "spec" not in source.value:
        return source.value
    return {**source.value, "spec": variables.fill(source.value["spec"], lookup, report, ("spec",))}


def _name_the_database(value: dict[str, Any]) -> None:
    """Put the default name in, so that the model always has one; what is malformed stays for the model to say."""
    match value:
        case {"metadata": {"name": str(name)}, "spec": {"database": dict(database)}} if "name" not in database:
            database["name"] = f"tapdb_{name}"
        case _:
            pass
