"""What goes to which stream, and how often."""

import pytest

from tapdb_ctl.cli import console
from tapdb_ctl.errors import Finding


def test_what_is_found_again_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    tell = console.once()
    tell([Finding("X001", "one")])
    tell([Finding("X001", "one"), Finding("X002", "two")])
    err = capsys.readouterr().err
    assert (err.count("X001"), err.count("X002")) == (1, 1)


def test_a_turned_console_has_its_data_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    straight = console.Console()
    straight.turned().data(["aside"])
    straight.data(["data"])
    assert capsys.readouterr() == ("data\n", "aside\n")
