"""`tapdb validate`."""

from typing import Annotated

import typer

from tapdb_ctl.cli.options import Files, Json, Look


def validate(
    files: Files,
    look: Look,
    *,
    strict: Annotated[
        bool,
        typer.Option("--strict/--no-strict", help="Whether a reference that leads nowhere is an error or a warning."),
    ] = True,
    json: Json = False,
) -> int:
    """Check every manifest and template, without a database."""
    from tapdb_ctl.cli import github, wiring
    from tapdb_ctl.errors import Severity
    from tapdb_ctl.manifest import loading
    from tapdb_ctl.views import documents, findings

    with github.annotating() as told:
        found = loading.validate(files.paths, wiring.variables(files), strict=strict)
        told.extend(found)
    console = look.console
    if json:
        console.data([documents.findings(found)])
    else:
        console.data([*findings.findings(found, console.paint), f"Validated: {findings.tally(found)}."])
    return int(any(finding.severity is Severity.ERROR for finding in found))
