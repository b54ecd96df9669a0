"""`tapdb import --generate`: manifests that describe what is live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.cli import folders, wiring
from tapdb_ctl.cli.export import catalogs
from tapdb_ctl.engine import exporting
from tapdb_ctl.manifest.exporting import Format, exported

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tapdb_ctl.cli.options import Look, Selection

_UNNAMED = "imported"


def generate(selection: Selection, look: Look, directory: Path) -> int:
    """Write every template that is live and not another environment's, and say what to declare."""
    place = wiring.connection(selection, selection.env)
    desired = catalogs(place)
    catalog = next(iter(desired.catalogs), _UNNAMED)
    with wiring.site(place, "import", lock_wait=0) as site:
        resources = exporting.adoptable(desired, site.world.database, catalog)
    made = exported(resources, {catalog}, Format.JSON)
    look.console.findings(made.findings)
    folders.replace(directory, made.files)
    look.console.data([f"{made.templates:,} templates in {directory}"])
    look.console.note(_next(sorted({path.parts[0] for path in made.files}), directory, place.environment.name))
    return 0


def _next(names: list[str], directory: Path, environment: str) -> Iterator[str]:
    yield ""
    yield "Declare under spec.catalogs, the paths as seen from the manifest:"
    yield from (f"  - {{name: {name}, path: {directory / name}}}" for name in names)
    yield f"Then tapdb import -e {environment} adopts them."
