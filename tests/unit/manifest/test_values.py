"""Scalars, numbers, and what a file may not hold."""

import json
import resource
import time
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from tapdb_ctl.manifest import jsonfile, numbers, reading, scalars, yamlfile
from tapdb_ctl.manifest.documents import Parsed


def from_json(text: str) -> Parsed:
    return jsonfile.parse("x.json", text.encode(), text)


def codes(parsed: Parsed) -> list[str]:
    return [finding.code for finding in parsed.findings]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("on", "on"),
        ("y", "y"),
        ("2024-01-01", "2024-01-01"),
        ("12:30", "12:30"),
        ("0777", 777),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("1.10", Decimal("1.10")),
        (".5", Decimal("0.5")),
        ("1e3", Decimal("1E+3")),
        ("-0.0", Decimal("0.0")),
        ("~", None),
        ("", None),
        ("null", None),
        ("nULL", "nULL"),
        ("True", True),
        ("FALSE", False),
        ("+", "+"),
        ("-", "-"),
        (".", "."),
        ("1.0.0", "1.0.0"),
        ("=", "="),
        ("-.5", Decimal("-0.5")),
    ],
)
def test_yaml_1_2_scalars(text: str, value: object) -> None:
    assert repr(scalars.resolve(text)) == repr(value)


@pytest.mark.parametrize("text", ["1" * 5000, "1e5000", "1e-5000", "1." + "1" * 5000, "1e999999999999999999999"])
def test_numbers_out_of_bounds(text: str) -> None:
    assert codes(from_json(f'{{"n": {text}}}')) == ["MAN010"]
    assert codes(yamlfile.parse("x.yaml", f"n: {text}")) == ["MAN010"]


def test_numbers_within_bounds() -> None:
    text = '{"a": 0.1, "b": 1e300, "c": -0.0, "d": ' + "9" * numbers.MAX_DIGITS + "}"
    parsed = from_json(text)
    value = parsed.documents[0].value
    assert isinstance(value, dict)
    assert parsed.findings == ()
    assert [str(value[key]) for key in "abc"] == ["0.1", "1E+300", "0.0"]
    assert yamlfile.parse("x.yaml", text).documents[0].value == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a": "\\u0000"}', "MAN010"),
        ('{"\\u0000": 1}', "MAN010"),
        ('{"a": "\\ud800"}', "MAN010"),
        ('{"a": NaN}', "MAN010"),
        ('{"a": -Infinity}', "MAN010"),
        ('{"a": 1, "a": 2}', "MAN006"),
        ("[" * 70 + "]" * 70, "MAN008"),
        ("[" * 100_000, "MAN008"),
        ("{", "MAN005"),
        ("{} {}", "MAN005"),
    ],
)
def test_json_refusals(text: str, code: str) -> None:
    assert codes(from_json(text)) == [code]


def test_strings_that_look_odd_are_left_alone() -> None:
    odd = {"pair": "\U0001f600", "digits": "1" * 6000, "brackets": "[{" * 200, "escaped": "\\u0000", "colon": '":'}
    assert from_json(json.dumps(odd)) == Parsed(from_json(json.dumps(odd)).documents, ())
    assert from_json(json.dumps(odd)).documents[0].value == odd


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: !!python/object/apply:os.system [x]", "MAN009"),
        ("a: !!binary eA==", "MAN009"),
        ("a: !own x", "MAN009"),
        ("<<: {a: 1}", "MAN012"),
        ("{a: 1}: b", "MAN011"),
        ("1: b", "MAN011"),
        ("a: &x [*x]", "MAN004"),
        ("a: *x", "MAN004"),
        ('a: "\\0"', "MAN010"),
        ("a: .nan", "MAN010"),
        ("%YAML 1.3\n---\na", "MAN004"),
        ("\ta: b", "MAN004"),
        ("a: b: c", "MAN004"),
        ("a: \x07", "MAN004"),
        ("- " * 100 + "a", "MAN008"),
        ("a: 1\na: 2", "MAN006"),
    ],
)
def test_yaml_refusals(text: str, code: str) -> None:
    parsed = yamlfile.parse("x.yaml", text)
    assert codes(parsed) == [code]
    assert all((f.where and f.where.line) or f.origin for f in parsed.findings)


def test_yaml_documents_and_aliases() -> None:
    parsed = yamlfile.parse("x.yaml", "---\n---\na: &a {b: [1]}\nc: *a\nd: !!str 1.0\n--- &x y\n")
    assert parsed.findings == ()
    assert [(d.number, d.value) for d in parsed.documents] == [
        (1, {"a": {"b": [1]}, "c": {"b": [1]}, "d": "1.0"}),
        (2, "y"),
    ]


def test_documents_before_a_syntax_error_are_kept() -> None:
    parsed = yamlfile.parse("x.yaml", "a: 1\n---\nb: [\n")
    assert [d.value for d in parsed.documents] == [{"a": 1}]
    assert codes(parsed) == ["MAN004"]


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x]\n" + "".join(f"{c}: &{c} [{f'*{p},' * 9}]\n" for p, c in pairwise("abcdefghi")),
        "a: '" + "x" * 10_000_000 + "'\n",
        "- a\n" * 200_000,
        "[" * 200_000,
        "? " * 100_000,
        "a: |\n" + "  x\n" * 500_000,
        "&a a: *b\n" * 10_000,
        "a: 1\n" * 50_000,
    ],
    ids=["alias bomb", "10 MB scalar", "long list", "deep flow", "deep keys", "long block", "anchors", "repeated keys"],
)
def test_large_input_ends_soon_and_fits(text: str) -> None:
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    yamlfile.parse("x.yaml", text)
    assert time.process_time() - start < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 * 1024


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    (tmp_path / "x.json").write_text('{"a": "too long"}')
    assert codes(reading.read(tmp_path / "x.json")) == ["MAN002"]


def test_aliases_do_not_nest_without_end() -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [[[[*a{n - 1}]]]]\n" for n in range(1, 400))
    assert codes(yamlfile.parse("x.yaml", chain)) == ["MAN008"]
    assert codes(yamlfile.parse("x.yaml", "\n".join(chain.split("\n")[:15]))) == []
