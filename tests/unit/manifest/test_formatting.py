"""A file is formatted only where that is proved to change nothing, and otherwise comes back as it is."""

import pytest

from tapdb_ctl.manifest.formatting.files import Formatted, formatted, is_json


def codes(result: Formatted) -> list[str]:
    return [finding.code for finding in result.findings]


def test_a_file_whose_meaning_would_change_is_left() -> None:
    text = "b:  1\na: |\n  without a line feed at the end, which it would get"
    result = formatted("x.yaml", text.encode(), is_json=False)
    assert codes(result) == ["MAN019"]
    assert str(result.findings[0].where) == "x.yaml:1:1"
    assert result.after == result.before == text


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"a: 1\na: 2\n", "MAN006"), (b"a: \xff", "MAN003"), (b"# nothing\n", "MAN013"), (b"a: !!int 1\n", "MAN009")],
)
def test_what_cannot_be_read_is_left(data: bytes, code: str) -> None:
    assert codes(formatted("x.yaml", data, is_json=False)) == [code]


@pytest.mark.parametrize(("data", "ours"), [(b"templates: []\n", True), (b"services: []\n", False), (b"- 1\n", False)])
def test_whose_file_it_is(data: bytes, ours: bool) -> None:
    assert formatted("x.yaml", data, is_json=False).ours is ours


@pytest.mark.parametrize(
    ("data", "json"), [(b' {"a": 1}', True), (b"\xef\xbb\xbf[]", True), (b"{a: 1}", False), (b"a: 1", False)]
)
def test_json_without_a_name(data: bytes, json: bool) -> None:
    assert is_json(data) is json
