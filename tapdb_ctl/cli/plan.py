"""`tapdb plan`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tapdb_ctl import __version__
from tapdb_ctl.cli.options import Json, Look, Part, Patience, Selection

if TYPE_CHECKING:
    from tapdb_ctl.cli.console import Console
    from tapdb_ctl.core.plan import Plan

PENDING = 2
"""The exit code of `--detailed-exitcode` when something is to be done."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the plan goes besides the terminal."""

    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Save the plan, for `tapdb apply FILE`; - is standard output."),
    ] = None
    output_json: Annotated[
        Path | None, typer.Option("--output-json", metavar="FILE", help="Write the plan as JSON; or to -.")
    ] = None
    output_markdown: Annotated[
        Path | None,
        typer.Option("--output-markdown", metavar="FILE", help="Write the plan for a pull request's comment; or to -."),
    ] = None
    output_sql: Annotated[
        Path | None, typer.Option("--output-sql", metavar="FILE", help="Write the plan as a script for psql; or to -.")
    ] = None
    output_gitlab: Annotated[
        Path | None,
        typer.Option(
            "--output-gitlab", metavar="FILE", help="Write the numbers as GitLab's terraform report; or to -."
        ),
    ] = None

    def to_stdout(self, *, json: bool) -> bool:
        """Whether one of them is standard output; raises BadParameter when that or a file is asked for twice."""
        from tapdb_ctl.cli import saving

        paths = (self.out, self.output_json, self.output_markdown, self.output_sql, self.output_gitlab)
        asked = sum(path is not None and saving.is_standard_output(path) for path in paths)
        if asked + json > 1:
            raise typer.BadParameter("only one of --json, --out and --output-… can be printed")
        files = [path.resolve() for path in paths if path and not saving.is_standard_output(path)]
        if len(set(files)) < len(files):
            raise typer.BadParameter("each of --out and --output-… needs a file of its own")
        return bool(asked)


@dataclass(frozen=True, slots=True)
class Question:
    """What is planned for, how sure the answer is to be, and whether the exit code gives it."""

    to_apply: Annotated[
        int | None,
        typer.Option("--to-apply", metavar="N", min=1, help="Plan back to what was owned after ledger entry N."),
    ] = None
    verify: Annotated[
        bool,
        typer.Option("--verify", help="Carry the transaction out and roll it back; takes the rights of an apply."),
    ] = False
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 2 when changes are pending.")
    ] = False


def plan(
    question: Question,
    outputs: Outputs,
    part: Part,
    selection: Selection,
    patience: Patience,
    look: Look,
    *,
    json: Json = False,
) -> int:
    """Show what apply would do.

    Writes nothing; with --verify, nothing that lasts.
    """
    from tapdb_ctl.cli.answering import answered

    part.check()
    printed = outputs.to_stdout(json=json)
    console = look.console

    def work() -> int:
        made = _made(question, outputs, part, selection, patience.lock_seconds)
        _show(made, console.turned() if printed else console, json=json)
        if made.errors:
            return 1
        return PENDING if question.detailed_exitcode and made.changes else 0

    return answered(work, console, json=json)


def _made(question: Question, outputs: Outputs, part: Part, selection: Selection, lock_seconds: float) -> "Plan":
    from tapdb_ctl.cli import github, planning, provenance, wiring
    from tapdb_ctl.engine import rehearsing
    from tapdb_ctl.views import human

    with github.annotating() as told:
        loaded = wiring.load_for_the_past(selection) if question.to_apply else wiring.load(selection)
        with wiring.site(loaded, "plan", lock_seconds) as site:
            made = planning.made(loaded, site, part, question.to_apply)
            if question.verify:
                made = rehearsing.rehearsed(made, site.world, provenance.entry(loaded.directory))
        told.extend(human.shown(made))
        github.summarise_plan(made)
        _write(outputs, made, loaded.environment.database.schema_name)
    return made


def _show(made: "Plan", console: "Console", *, json: bool) -> None:
    from tapdb_ctl.cli import planning
    from tapdb_ctl.cli.console import reader_may_go

    with reader_may_go():
        if json:
            console.data([planning.document(made)])
        else:
            planning.show(made, console)


def _write(outputs: Outputs, made: "Plan", schema: str) -> None:
    from tapdb_ctl.cli import planning, saving
    from tapdb_ctl.views import gitlab, markdown, sql

    for path in (outputs.out, outputs.output_json):
        if path:
            saving.write(path, f"{planning.document(made)}\n")
    if outputs.output_markdown:
        saving.write(outputs.output_markdown, markdown.comment(made))
    if outputs.output_sql:
        saving.write(outputs.output_sql, "".join(sql.script(made, schema=schema, tapdb_version=__version__)))
    if outputs.output_gitlab:
        saving.write(outputs.output_gitlab, f"{gitlab.report(made)}\n")
