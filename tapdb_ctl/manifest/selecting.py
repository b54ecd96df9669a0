"""Which of the declared environments a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.manifest.codes import finding

if TYPE_CHECKING:
    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.declarations import Declaration, Declared


def names(declared: Declared) -> tuple[str, ...]:
    """The names of all environments, sorted."""
    return tuple(sorted({declaration.name for declaration in declared.environments if declaration.name}))


def chosen(declared: Declared, name: str | None, wrong: list[Finding]) -> Declaration | None:
    """The named environment, or without a name the only one; else None and a finding that lists the names."""
    if name is None and len(declared.environments) == 1:
        return declared.environments[0]
    for declaration in declared.environments:
        if name is not None and declaration.name == name:
            return declaration
    known = ", ".join(names(declared)) or "none"
    if name is not None:
        hint = "check -e and TAPDB_ENV, and -f for where the manifests are"
        wrong.append(finding("ENV005", f"{name}; declared: {known}", hint))
    elif len({each.name for each in declared.environments}) == 1 and names(declared):
        pass  # one name given twice, which is a finding of its own
    elif declared.environments:
        wrong.append(finding("ENV006", f"declared: {known}", "choose one with -e NAME or TAPDB_ENV"))
    elif not wrong:
        wrong.append(finding("ENV005", "none is declared", "tapdb init writes a first one"))
    return None
