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
                lines = _list(site.archive, address, limit, look, json=json)
            else:
                lines = _entry(site.archive, number, look, json=json)
        with reader_may_go():
            look.console.data(lines)
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


def _list(archive: "Archive", address: str | None, limit: int, look: Look, *, json: bool) -> "Iterable[str]":
    import shutil
    import sys

    from tapdb_ctl.views import history as view

    found = archive.records(address, limit + 1 if limit else None)
    records = found[:limit] if limit else found
    if json:
        return [view.document(records)]
    if not records:
        look.console.note(["Nothing was applied yet." if address is None else f"No entry changed {address}."])
        return []
    if len(found) > len(records):
        look.console.note([f"The last {limit} entries; --limit 0 lists all."])
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    return view.table(records, look.console.paint, width)


def _entry(archive: "Archive", number: int, look: Look, *, json: bool) -> "Iterable[str]":
    from tapdb_ctl.views import history as view

    record, changes = archive.entry(number)
    if json:
        return [view.entry_document(record, changes)]
    return view.entry(record, changes, look.console.paint)
