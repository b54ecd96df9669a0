"""The templates of one environment, judged together: what each refers to, and who owns what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.errors import Severity
from tapdb_ctl.manifest.checks.duplicates import duplicate_findings
from tapdb_ctl.manifest.checks.layouts import layout_findings
from tapdb_ctl.manifest.checks.prefixes import identity_findings
from tapdb_ctl.manifest.checks.references import reference_findings
from tapdb_ctl.manifest.checks.renames import rename_findings
from tapdb_ctl.manifest.codes import finding
from tapdb_ctl.manifest.compiling import Owned
from tapdb_ctl.manifest.entries import Known

if TYPE_CHECKING:
    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.catalogs import Reader
    from tapdb_ctl.manifest.environments import Shaped


def judged(shape: Shaped, reader: Reader, wrong: list[Finding], *, strict: bool, apply: bool) -> list[Owned]:
    """The environment's catalogues with their templates; what is wrong with them is added to `wrong`.

    A catalogue without a name is an error only where the environment is to be applied.
    """
    if shape.source is None:
        return []
    owned: list[Owned] = []
    broken: frozenset[str] = frozenset()
    for name, path, keys in shape.catalogs():
        pack = reader.read(shape.source.directory, path, shape.source.origin((*keys, "path")))
        wrong += pack.findings
        broken |= pack.broken
        owned.append(Owned(name or f"the one at {path}", pack.entries))
        if name is None:
            severity = Severity.ERROR if apply else Severity.WARNING
            detail, hint = f"{path} can be validated, not applied", "add a name: it is what owns the templates"
            wrong.append(finding("ENV009", detail, hint, severity=severity, origin=shape.source.origin(keys)))
    known = Known.of((entry for catalog in owned for entry in catalog.entries), broken)
    entries = known.entries.values()
    wrong += duplicate_findings(owned)
    wrong += reference_findings(entries, known, strict=strict)
    wrong += layout_findings(known)
    wrong += rename_findings(entries, known)
    wrong += identity_findings(entries, shape.identity())
    return owned
