"""`tapdb validate`."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated

import typer

from tapdb_ctl import __version__
from tapdb_ctl.cli.options import Files, Json, Look, Strict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tapdb_ctl.cli.console import Console
    from tapdb_ctl.errors import Finding


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the findings go besides the terminal."""

    output_sarif: Annotated[
        Path | None,
        typer.Option("--output-sarif", metavar="FILE", help="Write the findings for code scanning, as SARIF; or to -."),
    ] = None
    output_junit: Annotated[
        Path | None,
        typer.Option("--output-junit", metavar="FILE", help="Write a test report, as JUnit does; or to -."),
    ] = None

    def to_stdout(self, *, json: bool) -> bool:
        """Whether one of them is standard output; raises BadParameter when that, or `--json`, is asked for twice."""
        from tapdb_ctl.cli import saving

        paths = (self.output_sarif, self.output_junit)
        asked = sum(path is not None and saving.is_standard_output(path) for path in paths)
        if asked + json > 1:
            raise typer.BadParameter("only one of --json and --output-… can be printed")
        return bool(asked)


def validate(
    outputs: Outputs,
    files: Files,
    look: Look,
    *,
    strict: Strict = True,
    json: Json = False,
) -> int:
    """Check every manifest and template, without a database."""
    from tapdb_ctl.cli.answering import answered

    printed = outputs.to_stdout(json=json)
    console = look.console.turned() if printed else look.console

    def work() -> int:
        found = _found(files, strict=strict)
        _write(outputs, files, found)
        return _told(found, console, json=json)

    return answered(work, console, json=json)


def _told(found: "Sequence[Finding]", console: "Console", *, json: bool) -> int:
    from tapdb_ctl.errors import Severity
    from tapdb_ctl.views import documents, findings

    if json:
        console.data([documents.findings(found)])
    else:
        console.data([*findings.findings(found, console.paint), f"Validated: {findings.tally(found)}."])
    return int(any(finding.severity is Severity.ERROR for finding in found))


def _found(files: Files, *, strict: bool) -> "Sequence[Finding]":
    from tapdb_ctl.cli import github, wiring
    from tapdb_ctl.manifest import loading

    with github.annotating() as told:
        found = loading.validate(files.paths, wiring.variables(files), strict=strict)
        told.extend(found)
    return found


def _write(outputs: Outputs, files: Files, found: "Sequence[Finding]") -> None:
    from tapdb_ctl.cli import repository, saving, wiring
    from tapdb_ctl.manifest import discovery, reach
    from tapdb_ctl.views import junit, sarif

    if outputs.output_sarif:
        root, here = PurePosixPath(repository.root()), PurePosixPath(Path.cwd())
        saving.write(outputs.output_sarif, f"{sarif.log(found, root, here, __version__)}\n")
    if outputs.output_junit:
        read = reach.reached(files.paths, wiring.variables(files)).files
        saving.write(outputs.output_junit, junit.report(found, map(discovery.shown, read)))
