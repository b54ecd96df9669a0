"""Annotations: the form that runners read, and no more of them than GitHub shows."""

from dataclasses import replace

import pytest

from hand_made import MISTAKE, WARNING
from tapdb_ctl.core.plan import Summary
from tapdb_ctl.core.report import Outcome, Receipt, Report
from tapdb_ctl.core.step import Phase
from tapdb_ctl.errors import Finding, Severity, Where
from tapdb_ctl.views import github
from tapdb_ctl.views.findings import findings
from tapdb_ctl.views.text import PLAIN, printable


def test_a_finding_is_marked_where_it_is() -> None:
    (line,) = github.commands([MISTAKE])
    command, message = line.split("::", 2)[1:]
    assert command == "error file=templates/lab/x.json,line=12,col=9,title=TPL012%3A a reference leads nowhere"
    assert message == f"{MISTAKE.detail}%0Ahint: {MISTAKE.hint}"


def test_properties_and_messages_are_escaped() -> None:
    nasty = Finding("X1", "50%, or: less", "a: b, 100%\n::error::c\r\x1b[0m", where=Where("a,b:c%.yaml"))
    assert list(github.commands([nasty])) == [
        "::error file=a%2Cb%3Ac%25.yaml,title=X1%3A 50%25%2C or%3A less::a: b, 100%25%0A::error::c%0A\\x1b[0m"
    ]


def test_ten_of_a_kind_the_most_severe_first_and_the_last_counts_the_rest() -> None:
    found = [*[WARNING] * 10, *[replace(WARNING, severity=Severity.INFO)] * 3, *[MISTAKE] * 25]
    lines = list(github.commands(found))
    kinds = [line.split()[0] for line in lines]
    assert kinds == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"] * 3
    assert lines[9] == "::error title=tapdb::16 more errors; the log has them all"
    assert "more" not in lines[19]


def test_an_endless_message_is_cut() -> None:
    (line,) = github.commands([replace(WARNING, detail="x" * 100_000)])
    assert len(line) < 3_000


@pytest.mark.parametrize("text", ["::error::x", "  ::stop-commands::x", "##[add-mask]x", "a ##[set-output name=x]y"])
def test_nothing_that_is_printed_is_a_command_to_the_runner(text: str) -> None:
    """As https://github.com/actions/runner reads lines: `::` first after spaces, `##[` anywhere."""
    found = [Finding("X1", text, f"{text}\n{'x ' * 49}\n{text}", text, where=Where(text, 1, 1, text))]
    for line in (*findings(found, PLAIN), printable(text)):
        assert "##[" not in line
    assert not [line for line in findings(found, PLAIN) if line.lstrip().startswith("::")]


def test_the_end_of_an_apply() -> None:
    report = Report(Summary(1, 2, 3, 4), (Receipt(Phase.TRANSACTION, Outcome.APPLIED, 1.5),), 7)
    assert github.applied(report) == (
        "**Apply complete! Resources: 1 imported, 2 added, 3 changed, 4 destroyed.** It is entry 7 of the ledger.\n\n"
        "```text\n  applied      PostgreSQL transaction: in place (1.5 s)\n```"
    )
    text = github.failed([MISTAKE] * 500, ["Then go on with: tapdb apply -e dev"], 9_000)
    assert text.startswith("> [!CAUTION]\n> The apply failed.\n\n```text\nerror[TPL012]")
    assert "Then go on with" in text
    assert len(text) < 10_000
