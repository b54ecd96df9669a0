"""`tapdb import --generate`: manifests that describe what is live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.cli import folders, saving, wiring
from tapdb_ctl.cli.export import catalogs
from tapdb_ctl.engine import exporting
from tapdb_ctl.manifest.declaring import with_catalogs
from tapdb_ctl.manifest.exporting import Format, exported

if TYPE_CHECKING:
    from pathlib import Path

    from tapdb_ctl.cli.options import Look, Selection

_UNNAMED = "imported"


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
    return 0
