"""`tapdb import --generate`: manifests that describe what is live."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tapdb_ctl.cli import folders, saving, wiring
from tapdb_ctl.cli.export import catalogs
from tapdb_ctl.engine import exporting
from tapdb_ctl.errors import ManifestError, Severity
from tapdb_ctl.manifest.declaring import with_catalogs
from tapdb_ctl.manifest.exporting import Format, exported

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tapdb_ctl.cli.options import Look, Selection

_UNNAMED = "imported"
_DANGLING = "TPL012"


def generate(selection: Selection, look: Look, directory: Path) -> int:
    """Write every template that is live and no other environment's, and declare the catalogues that hold them.

    What nobody owns becomes part of the environment's first catalogue.
    """
    place = wiring.connection(selection, selection.env)
    desired = catalogs(place)
    catalog = next(iter(desired.catalogs), _UNNAMED)
    with wiring.site(place, "import", lock_wait=0) as site:
        resources = exporting.adoptable(desired, site.world.database, catalog)
    made = exported(resources, {catalog}, Format.JSON)
    names = {path.parts[0] for path in made.files}
    manifest = with_catalogs(selection.paths, place.environment.name, {name: directory / name for name in names})
    look.console.findings(made.findings)
    folders.replace(directory, made.files)
    look.console.data([f"{made.templates:,} templates of {', '.join(sorted(names))} in {directory}"])
    if manifest:
        saving.write(*manifest)
        look.console.data([f"{manifest[0]} declares them"])
    look.console.note(_loose_ends(selection))
    return 0


def _loose_ends(selection: Selection) -> Iterator[str]:
    """What to do about what is live and could not be declared so."""
    try:
        wiring.load(selection)
    except ManifestError as error:
        wrong = Counter(finding.code for finding in error.findings if finding.severity is Severity.ERROR)
        if loose := wrong.pop(_DANGLING, 0):
            yield (
                f"{loose:,} of their references lead to no live template: "
                "add --no-strict to import, plan and apply until they do"
            )
        if wrong:
            yield f"{wrong.total():,} of their values are such as no manifest may hold; tapdb validate shows them"
