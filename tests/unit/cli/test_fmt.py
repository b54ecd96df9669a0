"""What `tapdb fmt` does with files: which it finds, what it prints, what it leaves alone."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tapdb_ctl.cli.running import run

UNTIDY = "templates:\n- name:   A   # why\n"
TIDY = "templates:\n  - name: A  # why\n"
MANIFEST = """\
apiVersion: tapdb/v1
kind: Environment
metadata: {name: dev}
spec:
  extends: base.txt
  catalogs:
    - {name: lab, path: ../templates}
    - {name: elsewhere, path: "${var.DIR}/*.yaml"}
"""
BASE = "apiVersion: tapdb/v1\nkind:   Environment\nmetadata: {name: base}\nspec: {database: {engine: embedded}}\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "manifests/dev.yaml": MANIFEST,
        "manifests/base.txt": BASE,
        "templates/deep/a.yaml": UNTIDY,
        "templates/b.json": '{"templates":[]}',
        "templates/_skipped.yaml": UNTIDY,
        "other/c.yaml": UNTIDY,
        "foreign.yaml": "services:\n- a\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def changed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_what_manifests_lead_to(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fmt", "--var", "DIR=../other"]) == 0
    assert changed(capsys) == ["manifests/base.txt", "other/c.yaml", "templates/b.json", "templates/deep/a.yaml"]
    assert (project / "templates/deep/a.yaml").read_text() == TIDY
    assert (project / "templates/_skipped.yaml").read_text() == UNTIDY
    assert run(["fmt", "--var", "DIR=../other", "--check"]) == 0
    assert changed(capsys) == []


def test_check_writes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fmt", "--check"]) == 1
    assert changed(capsys) == ["manifests/base.txt", "templates/b.json", "templates/deep/a.yaml"]
    assert (project / "templates/deep/a.yaml").read_text() == UNTIDY


def test_the_difference(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = project / "x.yaml"
    path.write_bytes(b"a:\r\n- b\t# c\npassword:\n      first\n      second\ntoken:   t0k3n\nc: 1")
    assert run(["fmt", "--check", "--diff", "x.yaml"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("x.yaml\n--- x.yaml\n+++ x.yaml\n@@ -1,8 +1,7 @@\n-a:\\r\n-- b\\t# c\n+a:\n+  - b  # c\n")
    assert out.endswith("-\\ No newline at end of file\n")
    assert [secret for secret in ("first", "second", "t0k3n") if secret in out] == []
    assert run(["fmt", "--diff", "x.yaml"]) == 0
    assert path.read_text() == "a:\n  - b  # c\npassword:\n  first\n  second\ntoken: t0k3n\nc: 1\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.yaml", "kind: Environment\nvars:\n    PW:   CANARY\n\n    NEXT: CANARY\nspec: {name:   shown}\n"),
        ("x.yaml", "vars:   {PW: CANARY}\rspec: {name:   shown}\r"),
        ("x.yaml", "spec: {name:   shown}\n---\n'vars':\n    PW: |\n        CANARY\n"),
        ("x.json", '{"vars":{"PW":"CANARY\u2028"},\n"spec":{"vars":"shown"}}'),
    ],
)
def test_the_difference_shows_no_variable(
    project: Path, name: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A password may stand in any of them: `password: ${var.PW}`."""
    (project / name).write_bytes(text.encode())
    assert run(["fmt", "--check", "--diff", name]) == 1
    out = capsys.readouterr().out
    assert "(hidden: it may hold a secret)" in out
    assert "shown" in out
    assert "CANARY" not in out


def test_a_secret_after_another_kind_of_line_break_is_hidden(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "x.yaml").write_bytes(b"a:   1\rpassword:\r   CANARY\rb: 2\r")
    assert run(["fmt", "--check", "--diff", "x.yaml"]) == 1
    out = capsys.readouterr().out
    assert "+a: 1\n" in out
    assert "CANARY" not in out


def test_a_bad_file_is_left_and_the_others_are_formatted(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = {"z.yaml": b"a: [1\n", "y.json": b"{]", "x.yaml": b"a: \xff\n", "w.yaml": b"a:   1\na: 2\n"}
    for name, text in bad.items():
        (project / "templates" / name).write_bytes(text)
    assert run(["fmt", "templates", "nowhere"]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == ["templates/b.json", "templates/deep/a.yaml"]
    places = ["templates/z.yaml:2:1", "templates/y.json:1:2", "templates/x.yaml:1:4", "templates/w.yaml:2:1", "nowhere"]
    assert [place for place in places if place not in err] == []
    assert {name: (project / "templates" / name).read_bytes() for name in bad} == bad


def test_a_file_that_would_mean_something_else_is_left(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "x.yaml").write_text("a:   |\n  no line break at the end")
    assert run(["fmt", "x.yaml"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "error[MAN019]" in err
    assert "x.yaml:1:1" in err
    assert (project / "x.yaml").read_text() == "a:   |\n  no line break at the end"


def test_foreign_files_only_by_name(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fmt", "--check", "."]) == 1
    assert "foreign.yaml" not in changed(capsys)
    assert run(["fmt", "foreign.yaml"]) == 0
    assert (project / "foreign.yaml").read_text() == "services:\n  - a\n"


def test_a_link_stays_and_its_file_is_formatted_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "templates/link.yaml").symlink_to(project / "other/c.yaml")
    assert run(["fmt", "templates/link.yaml", "other/c.yaml"]) == 0
    assert len(changed(capsys)) == 1
    assert (project / "templates/link.yaml").is_symlink()
    assert (project / "other/c.yaml").read_text() == TIDY


@contextmanager
def somebody_else() -> Iterator[None]:
    """Not root, whom no mode stops."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_read_only_file_is_left(open_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = open_folder / f"{tmp_path.name}.yaml"
    path.write_text(UNTIDY)
    path.chmod(0o444)
    with somebody_else():
        assert run(["fmt", str(path)]) == 1
    assert "error[CLI005]: a file cannot be written" in capsys.readouterr().err
    assert path.read_text() == UNTIDY
    path.unlink()


@pytest.mark.parametrize(
    ("arguments", "data", "out", "code"),
    [
        (["-"], UNTIDY, TIDY, 0),
        (["-"], '{"a":[1]}', '{\n  "a": [\n    1\n  ]\n}\n', 0),
        (["-"], "{a:   1}", "{a: 1}\n", 0),
        (["-", "--check"], UNTIDY, "", 1),
        (["-", "--check"], TIDY, "", 0),
        (["-"], "a: [", "", 1),
    ],
)
def test_standard_input(
    arguments: list[str],
    data: str,
    out: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data.encode())))
    assert run(["fmt", *arguments]) == code
    assert capsys.readouterr().out == out


def test_standard_input_stands_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fmt", "-", "a.yaml"]) == 1
    assert "standard input is one file" in capsys.readouterr().err
