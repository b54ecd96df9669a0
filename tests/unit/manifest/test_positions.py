"""From an origin to a line, and which lines are shown."""

from pathlib import Path

import pytest

from tapdb_ctl.errors import Finding, Origin, Where
from tapdb_ctl.manifest import positions

YAML = """# a comment
a:
  - x: 1
    password: |
      hunter2
      more
    y: 2
  - {token:
     hunter2, w: 1}
---
b: 2
"""
JSON = '{\n "a": [\n  {"x": 1},\n\t{"y": "\\u00e4 { [ , :", "z": 2}\n ]\n}\n'


def where(file: Path, *path: str | int, document: int = 0) -> Where:
    (placed,) = positions.place([Finding("X", "x", origin=Origin(str(file), document, path))])
    assert placed.where is not None
    return placed.where


@pytest.mark.parametrize(
    ("path", "document", "line", "column"),
    [
        ((), 0, 2, 1),
        (("a",), 0, 2, 1),
        (("a", 0), 0, 3, 5),
        (("a", 0, "x"), 0, 3, 5),
        (("a", 0, "y"), 0, 7, 5),
        (("a", 0, "gone", 3), 0, 3, 5),
        (("a", 1, "w"), 0, 9, 15),
        (("b",), 1, 11, 1),
        (("b",), 7, None, None),
    ],
)
def test_yaml(tmp_path: Path, path: tuple[str | int, ...], document: int, line: int | None, column: int | None) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(YAML)
    found = where(file, *path, document=document)
    assert (found.line, found.column) == (line, column)


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [((), 1, 1), (("a",), 2, 2), (("a", 0), 3, 3), (("a", 0, "x"), 3, 4), (("a", 1, "z"), 4, 26), (("a", 2), 2, 2)],
)
def test_json(tmp_path: Path, path: tuple[str | int, ...], line: int, column: int) -> None:
    file = tmp_path / "x.json"
    file.write_text(JSON)
    found = where(file, *path)
    assert (found.line, found.column) == (line, column)


def test_lines_of_a_secret_are_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(YAML)
    assert where(file, "a", 0, "x").snippet == "  - x: 1"
    assert where(file, "a", 0, "y").snippet == "    y: 2"
    assert where(file, "a", 0, "password").snippet is None
    assert where(file, "a", 1, "w").snippet is None


def test_values_of_variables_are_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("vars:\n  PW: hunter2\nspec:\n  vars: 1\n")
    assert where(file, "vars", "PW").snippet is None
    assert where(file, "spec", "vars").snippet == "  vars: 1"


def test_a_line_that_looks_like_a_secret_is_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("url: postgres://me:hunter2@host/db\n")
    assert where(file, "url").snippet is None


def test_a_place_that_is_known_stays_and_a_lost_file_does_no_harm(tmp_path: Path) -> None:
    known = Finding("X", "x", where=Where("f", 3))
    lost = Finding("Y", "y", origin=Origin(str(tmp_path / "gone.yaml"), 0, ("a",)))
    bare = Finding("Z", "z")
    assert positions.place([known, lost, bare]) == (
        known,
        Finding("Y", "y", origin=lost.origin, where=Where(str(tmp_path / "gone.yaml"))),
        bare,
    )


def test_a_long_line_is_shown_as_far_as_it_helps(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text('{"a": "' + "x" * 300 + '", "b": 1, "c": "' + "y" * 9000 + '", "d": 1}')
    at_b = where(file, "b")
    assert at_b.snippet is not None
    assert at_b.column is not None
    assert at_b.snippet[at_b.column - 1 :].startswith('"b": 1')
    assert len(at_b.snippet) < 600
    assert where(file, "d").snippet is None
