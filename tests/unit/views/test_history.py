"""The ledger as people and machines read it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from tapdb_ctl.core.change import RENAMED, TAKEN_OVER, Update
from tapdb_ctl.core.history import Record
from tapdb_ctl.core.plan import Summary
from tapdb_ctl.views import history
from tapdb_ctl.views.text import PLAIN, Paint
from worlds import template

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
RECORD = Record(7, AT, "dev", "ada", "0.1", "d" * 64, "m" * 64, Summary(1, 0, 2, 0), {}, 1234)


def rows(*records: Record, width: int | None = None) -> list[str]:
    return list(history.table(records, PLAIN, width))


def test_columns_stand_below_each_other_and_nothing_is_markup() -> None:
    known = {"git_commit": "c0ffee" * 7, "git_branch": "main", "git_dirty": "true", "rollback_to": "3"}
    odd = replace(RECORD, number=12, actor="[red]\x1b[2J", context=known, milliseconds=None)
    heading, first, second = rows(odd, RECORD)
    for column, cells in (
        ("by", ("[red]\\x1b[2J  ", "ada")),
        ("what", ("rollback to 3: 1 imported, 2 changed  ", "1 imported, 2 changed  ")),
        ("commit", ("c0ffeec0ff+ main  ", "   ")),
        ("plan", ("dddddddddd", "dddddddddd  1.2 s")),
    ):
        start = heading.index(column)
        assert first[start:].startswith(cells[0])
        assert second[start:].startswith(cells[1])
    assert max(map(len, rows(RECORD, width=60))) <= 60
    assert "\x1b" in "".join(history.table([RECORD], Paint(colour=True), None))


def test_an_entry_says_whose_it_was_and_how_it_was_called() -> None:
    before = template("c/t/s/1", owner="theirs", name="x" * 200)
    taken = Update(before, template("c/t/s/1", owner="lab"), TAKEN_OVER)
    renamed = Update(template("c/t/s/1"), template("c/t/s/2"), RENAMED)
    text = "\n".join(history.entry(RECORD, [taken, renamed], PLAIN))
    assert "  # template.c/t/s/1 was updated in-place\n  # (taken over from catalogue theirs;" in text
    assert "  # template.c/t/s/2 was updated in-place\n  # (renamed from template.c/t/s/1;" in text
    document = json.loads(history.entry_document(RECORD, [taken, renamed]), parse_float=Decimal)["entry"]
    assert document["applied_at"] == "2026-11-21T09:30:00Z"
    first, second = document["changes"]
    assert (first["previous_catalog"], first["change"]["before"]["name"]) == ("theirs", "x" * 200)
    assert second["previous_address"] == "template.c/t/s/1"
