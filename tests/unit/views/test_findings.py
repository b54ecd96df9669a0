from dataclasses import replace

from goldens import assert_golden
from hand_made import MISTAKE, WARNING
from tapdb_ctl.errors import Finding, Severity, Where
from tapdb_ctl.views.findings import LIMIT, findings, tally
from tapdb_ctl.views.text import PLAIN

LONG = "x" * 300 + "HERE" + "y" * 300


def text(*found: Finding) -> str:
    return "".join(f"{line}\n" for line in findings(found, PLAIN))


def test_the_shapes_of_findings() -> None:
    nowhere = Finding("SRV002", "PostgreSQL 16 is needed and not found", "first line\nsecond line", "pip install it")
    only_file = replace(MISTAKE, where=Where("templates/lab/y.json"))
    far_right = replace(MISTAKE, where=Where("templates/lab/z.json", 1, 301, LONG), detail="", hint="")
    assert_golden("views/findings.txt", text(MISTAKE, WARNING, nowhere, only_file, far_right))


def test_a_snippet_is_cut_around_the_column() -> None:
    lines = text(replace(MISTAKE, where=Where("z.json", 1, 301, LONG))).splitlines()
    source, caret = lines[3], lines[4]
    assert source[caret.index("^")] == "H"
    assert len(source) < 130


def test_a_hostile_snippet_is_escaped_and_the_caret_still_points() -> None:
    lines = text(replace(MISTAKE, where=Where("\x1bz.json", 3, 4, "\x1b[Ax\x1b"))).splitlines()
    assert "\x1b" not in "".join(lines)
    assert lines[3][lines[4].index("^")] == "x"


def test_an_endless_list_is_counted_by_code() -> None:
    shown = text(*[MISTAKE] * (LIMIT + 3), WARNING)
    assert shown.count("error[TPL012]") == LIMIT
    assert "and 4 more findings (1 of PLN003, 3 of TPL012); --json has them all" in shown


def test_tally() -> None:
    note = Finding("A", "b", severity=Severity.INFO)
    assert tally([]) == "no findings"
    assert tally([MISTAKE, WARNING, MISTAKE, note]) == "2 errors, 1 warning, 1 info"
