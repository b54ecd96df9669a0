"""`tapdb history`."""

from typing import TYPE_CHECKING, Annotated

import typer

from tapdb_ctl.cli.options import Json, Look, Selection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tapdb_ctl.core.ports import Archive


def history(
    selection: Selection,
    look: Look,
    *,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="show N", help="One entry, with all that it changed.", show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=0, help="How many entries; 0 for all.")] = 20,
    address: Annotated[
        str | None, typer.Option("--address", metavar="ADDRESS", help="Entries that changed this; globs allowed.")
    ] = None,
    json: Json = False,
) -> int:
    """List who applied what, newest first.

    With `show N`: the values before and after each change of entry N.
    """
    from tapdb_ctl.cli import wiring
    from tapdb_ctl.cli.answering import answered
    from tapdb_ctl.cli.console import reader_may_go

    number = _number(words or [])
    if number is not None and address is not None:
        raise typer.BadParameter("--address chooses among entries; show N names one")

    def work() -> int:
        with wiring.site(wiring.connection(selection, selection.env), "history", lock_wait=0) as site:
            if number is None:
                lines, note = _list(site.archive, address, limit, look, json=json)
            else:
                lines, note = _entry(site.archive, number, look, json=json), None
        with reader_may_go():
            look.console.data(lines)
        if note:
            look.console.note([note])
        return 0

    return answered(work, look.console, json=json)


def _number(words: list[str]) -> int | None:
    """The entry that `show N` names; raises BadParameter for any other words."""
    match words:
        case []:
            return None
        case ["show", number] if number.isdecimal():
            return int(number)
    raise typer.BadParameter(f"{' '.join(words)!r} is not `show N`, N being the number of a ledger entry")


def _list(
    archive: "Archive", address: str | None, limit: int, look: Look, *, json: bool
) -> "tuple[Iterable[str], str | None]":
    """The lines, and what to add for people."""
    import shutil
    import sys

    from tapdb_ctl.views import history as view
    from tapdb_ctl.views.text import printable

    found = archive.records(address, limit + 1 if limit else None)
    records = found[:limit] if limit else found
    if json:
        return [view.document(records)], None
    if not records:
        return [], "Nothing was applied yet." if address is None else f"No entry changed {printable(address)}."
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    note = "Older entries are left out; --limit 0 lists all." if len(found) > len(records) else None
    return view.table(records, look.console.paint, width), note


def _entry(archive: "Archive", number: int, look: Look, *, json: bool) -> "Iterable[str]":
    from tapdb_ctl.views import history as view

    record, changes = archive.entry(number)
    if json:
        return [view.entry_document(record, changes)]
    return view.entry(record, changes, look.console.paint)
