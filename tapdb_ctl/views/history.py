"""The ledger for people and machines: a line an apply, or all that one of them changed."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any

from tapdb_ctl.core.document import change_out, summary_out
from tapdb_ctl.core.plan import PlannedChange
from tapdb_ctl.views.changes import block
from tapdb_ctl.views.documents import FORMAT_VERSION, line
from tapdb_ctl.views.report import done
from tapdb_ctl.views.text import Paint, Style, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tapdb_ctl.core.change import Change
    from tapdb_ctl.core.history import Record

COLUMNS = ("entry", "applied (UTC)", "by", "tapdb", "what", "commit", "plan", "took")

_SHORT = 10
"""Characters of a digest: enough to tell entries apart, and commits as hosting sites show them."""

_UNLIMITED = 1_000_000
"""A width at which nothing is wrapped."""

_FACTS = ("ci", "ci_run", "ci_url", "host", "repository")


def table(records: Iterable[Record], paint: Paint, width: int | None) -> Iterator[str]:
    """A line an entry below a line of headings; wider than a terminal of `width`, cells are wrapped."""
    from rich.console import Console  # noqa: PLC0415 - for people's tables only
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for column in COLUMNS:
        drawn.add_column(column, justify="right" if column in ("entry", "took") else "left")
    for record in records:
        drawn.add_row(*(Text(printable(cell)) for cell in _cells(record)))
    page = StringIO()
    colour = {"force_terminal": paint.colour, "color_system": "standard" if paint.colour else None}
    Console(file=page, width=width or _UNLIMITED, **colour).print(drawn)  # type: ignore[arg-type]
    return (row.rstrip() for row in page.getvalue().splitlines())


def entry(record: Record, changes: Sequence[Change], paint: Paint) -> Iterator[str]:
    """The header, then a block a change."""
    yield paint(f"Entry {record.number}: {_what(record)}", Style.HEADING)
    for name, value in _header(record):
        yield f"  {name + ':':<13}{printable(value)}"
    for change in changes:
        yield ""
        yield from block(PlannedChange(change, ()), paint, done=True)


def document(records: Iterable[Record]) -> str:
    """What `history --json` prints."""
    return line({"format_version": FORMAT_VERSION, "entries": [_record_out(record) for record in records]})


def entry_document(record: Record, changes: Iterable[Change]) -> str:
    """What `history show N --json` prints: every value, complete."""
    whole = {**_record_out(record), "changes": [change_out(change) for change in changes]}
    return line({"format_version": FORMAT_VERSION, "entry": whole})


def _cells(record: Record) -> tuple[str, ...]:
    return (
        str(record.number),
        _time(record),
        record.actor,
        record.tool_version,
        _what(record),
        _commit(record),
        record.plan_digest[:_SHORT],
        _took(record),
    )


def _what(record: Record) -> str:
    """What was done, in figures that are not zero; a rollback says where to."""
    figures = ", ".join(part for part in done(record.summary).split(", ") if not part.startswith("0 "))
    target = record.context.get("rollback_to")
    return f"rollback to {target}: {figures}" if target else figures or "nothing"


def _commit(record: Record) -> str:
    """Commit and branch; a plus says that the tree had changes that were not committed."""
    commit = record.context.get("git_commit", "")[:_SHORT]
    plus = "+" if record.context.get("git_dirty") == "true" else ""
    return f"{commit}{plus} {record.context.get('git_branch', '')}".strip()


def _header(record: Record) -> Iterator[tuple[str, str]]:
    yield "environment", record.environment
    yield "applied", f"{_time(record)} UTC, in {_took(record) or 'unknown time'}"
    yield "by", f"{record.actor}, with tapdb {record.tool_version}"
    if commit := _commit(record):
        yield "commit", record.context.get("git_commit", "") + commit[_SHORT:]
    for name in _FACTS:
        if value := record.context.get(name):
            yield name.replace("_", " "), value
    yield "plan", record.plan_digest
    yield "manifests", record.manifest_digest


def _time(record: Record) -> str:
    return f"{record.at:%Y-%m-%d %H:%M:%S}"


def _took(record: Record) -> str:
    return "" if record.milliseconds is None else f"{record.milliseconds / 1000:.1f} s"


def _record_out(record: Record) -> dict[str, Any]:
    return {
        "number": record.number,
        "applied_at": record.at.isoformat().replace("+00:00", "Z"),
        "environment": record.environment,
        "actor": record.actor,
        "tapdb_version": record.tool_version,
        "plan_digest": record.plan_digest,
        "manifest_digest": record.manifest_digest,
        "duration_ms": record.milliseconds,
        "summary": summary_out(record.summary),
        "context": dict(record.context),
    }
