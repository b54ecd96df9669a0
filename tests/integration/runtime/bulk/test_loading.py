"""load_instances: files and streams, with what is wrong told by line."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, text

from runtime_worlds import PLATE, STRICT, TUBE
from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.bulk.loading import LoadError
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session

    from tapdb_ctl import InstanceFactory, TAPDBConnection

CSV = 'name,volume,maker.name,"lot.no",bstatus\nA,1.5,bolt,7,full\n"B ""b""\nb",,,,\nC,2,,x,\n'


def properties(session: Session) -> list[Any]:
    rows = session.scalars(select(generic_instance).order_by(generic_instance.uuid))
    return [(row.name, row.bstatus, row.json_addl["properties"]) for row in rows]


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(generic_instance)) or 0


def tube(**changed: Any) -> dict[str, Any]:
    return {"volume": 1, "maker": {"name": "acme", "country": "CH"}} | changed


@pytest.mark.parametrize("kind", ["path", "name", "text", "bytes", "lines"])
def test_cells_are_what_the_template_says(
    db: TAPDBConnection, factory: InstanceFactory, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "tubes.CSV"
    file.write_text("\ufeff" + CSV, encoding="utf-8", newline="")
    source: Any = {
        "path": file,
        "name": str(file),
        "text": io.StringIO(CSV),
        "bytes": io.BytesIO(file.read_bytes()),
        "lines": CSV.splitlines(keepends=True),
    }[kind]
    with db.session_scope(commit=True) as session:
        report = factory.load_instances(session, TUBE, source, format=None if kind in ("path", "name") else "csv")
        assert (report.loaded, report.refused, report.errors) == (3, 0, ())
        assert properties(session) == [
            ("A", "full", tube(volume=1.5, maker={"name": "bolt", "country": "CH"}, lot={"no": "7"})),
            ('B "b"\nb', "empty", tube()),
            ("C", "empty", tube(volume=2, lot={"no": "x"})),
        ]
        rows = session.execute(select(generic_instance.euid).order_by(generic_instance.uuid)).scalars()
        assert report.euids == tuple(rows)


def test_a_schema_tells_types_where_there_is_no_default(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session:
        factory.load_instances(session, STRICT, io.StringIO("name,barcode,volume\nS,BC1,2.50\n"), format="csv")
        assert [held for _, _, held in properties(session)] == [{"barcode": "BC1", "volume": 2.5}]


JSONL = b"""\
{"name": "A", "properties": {"barcode": "BC1"}}

{"name": "B", "properties": {"barcode": "XX"}}
{"name": "C"
["D"]
{"name": "E", "properties": {"barcode": "BC5"}, "colour": 1}
{"name": "F\xff", "properties": {"barcode": "BC6"}}
{"name": "G", "properties": {"barcode": "BC7"}}
"""


def test_lines_that_are_refused_are_collected(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        report = factory.load_instances(session, STRICT, io.BytesIO(JSONL), format="jsonl", on_error="collect")
        assert (report.loaded, report.refused, len(report.euids)) == (2, 5, 2)
        assert [error.line for error in report.errors] == [3, 4, 5, 6, 7]
        assert report.errors[2] == LoadError(5, "a line cannot be read: it is no JSON object")
        assert [name for name, _, _ in properties(session)] == ["A", "G"]


def test_or_they_end_the_load_and_all_are_told(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope(commit=True) as session:
        with pytest.raises(InvalidInputError) as caught:
            factory.load_instances(session, STRICT, io.BytesIO(JSONL), format="jsonl")
        assert [finding.detail.split(":")[0] for finding in caught.value.findings] == [
            f"line {number}" for number in (3, 4, 5, 6, 7)
        ]
        assert count(session) == 0


def test_wrong_cells_are_told_by_the_line_on_which_their_row_begins(
    db: TAPDBConnection, factory: InstanceFactory
) -> None:
    rows = 'name,volume\n"two\nlines",1\nA,many\nB,1,2\n,3\nC,NaN\nD,0x1\nE, 5\n'
    with db.session_scope() as session:
        report = factory.load_instances(session, TUBE, io.StringIO(rows), format="csv", on_error="collect")
        assert {error.line: error.message.split(": ", 1)[1] for error in report.errors} == {
            4: "volume: 'many' is no number",
            5: "it has 3 cells, and the header 2",
            6: "name is missing",
            7: "volume: 'NaN' is no number",
            8: "volume: '0x1' is no number",
        }
        assert report.loaded == 2
        broken = 'name\nA\n"open\n'
        report = factory.load_instances(session, TUBE, io.StringIO(broken), format="csv", on_error="collect")
        assert (report.loaded, [error.line for error in report.errors]) == (1, [3])


@pytest.mark.parametrize(
    ("header", "code"),
    [("volume", "RUN064"), ("name,name", "RUN064"), ("name,a..b", "RUN064"), ("name,maker,maker.name", "RUN064")],
)
def test_headers_that_name_no_columns(db: TAPDBConnection, factory: InstanceFactory, header: str, code: str) -> None:
    with db.session_scope() as session, pytest.raises(InvalidInputError, match=code):
        factory.load_instances(session, TUBE, io.StringIO(f"{header}\nx\n"), format="csv", on_error="collect")


def test_how_rows_are_written_must_be_known(db: TAPDBConnection, factory: InstanceFactory, tmp_path: Path) -> None:
    wrong: list[dict[str, Any]] = [
        {"source": tmp_path / "rows.txt"},
        {"source": io.StringIO("")},
        {"source": io.StringIO(""), "format": "xml"},
    ]
    with db.session_scope() as session:
        for options in wrong:
            with pytest.raises(InvalidInputError, match="RUN063"):
                factory.load_instances(session, TUBE, **options)
        assert factory.load_instances(session, TUBE, io.StringIO(""), format="csv").loaded == 0


def test_what_the_database_refuses_is_told_by_line(
    db: TAPDBConnection, factory: InstanceFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tapdb_ctl.runtime.bulk.sowing.ROWS", 8)
    rows = [{"name": f"T{number}"} for number in range(1, 21)]
    for number in (3, 4, 17):
        rows[number - 1]["name"] = "refused"
    with db.session_scope(commit=True) as session:
        session.execute(text("ALTER TABLE generic_instance ADD CONSTRAINT no_refused CHECK (name <> 'refused')"))
        report = factory.load_instances(session, TUBE, rows, on_error="collect")
        assert [error.line for error in report.errors] == [3, 4, 17]
        assert "no_refused" in report.errors[0].message
        assert (report.loaded, count(session)) == (17, 17)
        assert [name for name, _, _ in properties(session)] == [row["name"] for row in rows if row["name"] != "refused"]
        with pytest.raises(InvalidInputError) as caught:
            factory.load_instances(session, TUBE, rows)
        assert [finding.detail.split(":")[0] for finding in caught.value.findings] == ["line 3", "line 4"]
        assert count(session) == 17


def test_keys_make_a_load_repeatable(db: TAPDBConnection, factory: InstanceFactory) -> None:
    rows = "name,idempotency_key\nA,1\nB,2\n"
    with db.session_scope(commit=True) as session:
        first = factory.load_instances(session, PLATE, io.StringIO(rows), format="csv")
        again = factory.load_instances(session, PLATE, io.StringIO(rows + "C,3\n"), format="csv")
        assert again.euids[:2] == first.euids
        assert count(session) == 3 * 97


def test_memory_does_not_grow_with_the_rows(
    db: TAPDBConnection, factory: InstanceFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tapdb_ctl.runtime.bulk.sowing.ROWS", 100)

    def peak(rows: int) -> int:
        def lines() -> Iterator[str]:
            yield from (json.dumps({"name": "T", "properties": {"text": "x" * 1000, "n": n}}) for n in range(rows))

        with db.session_scope() as session:
            tracemalloc.start()
            try:
                factory.load_instances(session, TUBE, lines(), format="jsonl", keep_euids=False)
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    peak(100)
    assert peak(2_000) < 1.5 * peak(200)


def test_many_errors_are_counted_and_the_first_told(db: TAPDBConnection, factory: InstanceFactory) -> None:
    rows: list[dict[str, Any]] = [{}] * 1_500
    with db.session_scope() as session:
        report = factory.load_instances(session, TUBE, rows, on_error="collect")
        assert (report.refused, len(report.errors)) == (1_500, 1_000)
        with pytest.raises(InvalidInputError, match=r"RUN070.*500 others"):
            factory.load_instances(session, TUBE, rows)


@pytest.mark.parametrize("on_error", ["skip", "colect", None, True])
def test_errors_are_raised_or_collected(db: TAPDBConnection, factory: InstanceFactory, on_error: Any) -> None:
    with db.session_scope() as session, pytest.raises(InvalidInputError, match="RUN071"):
        factory.load_instances(session, TUBE, [], on_error=on_error)


@pytest.mark.parametrize("tail", [b"name\nA\nB\xc3", b"name\nA\nB\xe9\n", b"name\nA\nB\xf0\x9f\n"])
def test_what_is_not_utf_8_is_told(db: TAPDBConnection, factory: InstanceFactory, tmp_path: Path, tail: bytes) -> None:
    file = tmp_path / "tubes.csv"
    file.write_bytes(tail)
    for source in (io.BytesIO(tail), file):
        with db.session_scope() as session:
            report = factory.load_instances(session, TUBE, source, format="csv", on_error="collect")
            assert (report.loaded, [error.line for error in report.errors]) == (1, [3])
            assert "it is not UTF-8" in report.errors[0].message


def test_a_header_that_is_not_utf_8_is_told(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session, pytest.raises(InvalidInputError, match=r"RUN064.*not UTF-8"):
        factory.load_instances(session, TUBE, io.BytesIO("name,größe\n".encode("latin-1")), format="csv")


@pytest.mark.parametrize("format", ["csv", "jsonl"])
def test_a_byte_order_mark_is_no_text(db: TAPDBConnection, factory: InstanceFactory, format: Any) -> None:  # noqa: A002
    rows = "\ufeff" + {"csv": "name\nA\n", "jsonl": '{"name": "A"}\n'}[format]
    for source in (io.StringIO(rows), io.BytesIO(rows.encode()), rows.splitlines(keepends=True)):
        with db.session_scope() as session:
            assert factory.load_instances(session, TUBE, source, format=format).loaded == 1


@pytest.mark.parametrize("broken", ['"a"b,1', f"{'x' * 140_000},1"], ids=["quote", "large"])
def test_where_reading_ends_is_told(db: TAPDBConnection, factory: InstanceFactory, broken: str) -> None:
    rows = "\n".join(["name,volume", *["A,x"] * 1_200, "B,1", broken, "C,1", ""])
    with db.session_scope() as session:
        report = factory.load_instances(session, TUBE, io.StringIO(rows), format="csv", on_error="collect")
        assert (report.loaded, report.refused, report.unread_from) == (1, 1_201, 1_203)
        with pytest.raises(InvalidInputError, match=r"RUN073: nothing is read from this line on .line 1203"):
            factory.load_instances(session, TUBE, io.StringIO(rows), format="csv")


@pytest.mark.parametrize("lines", [io.StringIO("name\rA\r"), io.BytesIO(b"name\rA\r"), ["na\0me"], b"name", [{}]])
def test_a_first_line_that_is_no_csv(db: TAPDBConnection, factory: InstanceFactory, lines: Any) -> None:
    with db.session_scope() as session, pytest.raises(InvalidInputError, match=r"RUN06[45]"):
        factory.load_instances(session, TUBE, lines, format="csv", on_error="collect")


def test_columns_may_be_named_as_in_other_places(db: TAPDBConnection, factory: InstanceFactory) -> None:
    rows = "name,properties.name,properties.volume,properties\nA,inner,2,text\n"
    with db.session_scope() as session:
        factory.load_instances(session, TUBE, io.StringIO(rows), format="csv")
        assert [held for _, _, held in properties(session)] == [tube(volume=2, name="inner", properties="text")]
        with pytest.raises(InvalidInputError, match=r"'properties\.volume' stands twice"):
            factory.load_instances(session, TUBE, io.StringIO("name,volume,properties.volume\n"), format="csv")


def test_a_report_is_short_to_read(db: TAPDBConnection, factory: InstanceFactory) -> None:
    with db.session_scope() as session:
        report = factory.load_instances(session, TUBE, [{"name": "A"}, {}], on_error="collect")
        assert repr(report) == "LoadReport(loaded=1, refused=1, unread_from=None)"


def test_a_hook_refuses_single_rows(db: TAPDBConnection, factory: InstanceFactory) -> None:
    @db.hooks.before_create
    def refuse(_: Session, instance: generic_instance) -> None:
        if instance.name == "B":
            raise ValueError("B is not allowed")
        instance.name += "!"

    @db.hooks.after_create
    def regret(_: Session, instance: generic_instance) -> None:
        if instance.name == "D!":
            raise InvalidInputError.of("APP001", "no", "D")

    with db.session_scope(commit=True) as session:
        rows = [{"name": name} for name in "ABCDE"]
        report = factory.load_instances(session, TUBE, rows, on_error="collect")
        assert report.errors == (LoadError(2, "a hook refuses a row: B is not allowed"), LoadError(4, "no: D"))
        assert [name for name, _, _ in properties(session)] == ["A!", "C!", "E!"]
        with pytest.raises(ValueError, match="B is not allowed"):
            factory.load_instances(session, TUBE, rows)
