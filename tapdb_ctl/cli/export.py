"""`tapdb export`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tapdb_ctl.cli.options import Look, Selection

if TYPE_CHECKING:
    from tapdb_ctl.core.resource import Desired, Resource
    from tapdb_ctl.manifest.connection import Connection

FORMATS = ("json", "yaml")


def export(
    selection: Selection,
    look: Look,
    *,
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new or empty folder, or an earlier export.", show_default=False)
    ],
    at: Annotated[
        str | None, typer.Option("--at", metavar="N|TIME", help="After ledger entry N, or at an ISO 8601 time.")
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="json or yaml.")] = "json",
) -> int:
    """Write the environment's catalogues as template packs.

    One file a template, in DIR/CATALOGUE; the same state gives the same bytes. A time without an offset is UTC.
    """
    from tapdb_ctl.cli import folders, wiring
    from tapdb_ctl.manifest.exporting import Format, exported

    if form not in FORMATS:
        raise typer.BadParameter(f"--format: {form!r} is not {' or '.join(FORMATS)}")
    moment = None if at is None else _moment(at)
    place = wiring.connection(selection, selection.env)
    desired = catalogs(place)
    made = exported(_resources(place, desired, moment), desired.catalogs, Format(form))
    look.console.findings(made.findings)
    folders.replace(directory, made.files)
    look.console.data([f"{made.templates:,} templates of {', '.join(sorted(desired.catalogs))} in {directory}"])
    return 0


def _resources(place: "Connection", desired: "Desired", moment: int | datetime | None) -> "tuple[Resource, ...]":
    from tapdb_ctl.cli import wiring
    from tapdb_ctl.engine import exporting

    with wiring.site(place, "export", lock_wait=0) as site:
        if moment is None:
            return exporting.live(desired, site.world.database)
        return exporting.recorded(desired, site.archive, moment)


def catalogs(place: "Connection") -> "Desired":
    """The environment with the names of its catalogues; what their files say does not matter here."""
    from tapdb_ctl.core.resource import Desired

    named = [catalog.name for catalog in place.environment.spec.catalogs if catalog.name]
    return Desired(place.environment.name, {}, dict.fromkeys(named, True))


def _moment(text: str) -> int | datetime:
    """The number of an entry, or a time; raises BadParameter when it is neither."""
    if text.isdecimal():
        return int(text)
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"--at: {text!r} is neither the number of a ledger entry nor a time such as 2026-11-21T09:30:00Z"
        ) from error
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    if time > datetime.now(UTC) + timedelta(minutes=1):
        raise typer.BadParameter(f"--at: {text} lies in the future")
    # `tapdb history` tells whole seconds, and an entry belongs to the one that it tells.
    return time if "." in text else time.replace(microsecond=999_999)
