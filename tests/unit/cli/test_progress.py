import io
import sys

import pytest

from tapdb_ctl.cli import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_short_work_draws_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.bar(2, colour=False) as advance:
        advance(1)
        advance(1)
    assert capsys.readouterr() == ("", "")


def test_long_work_is_drawn_on_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "PATIENCE", -1)
    with progress.bar(4, colour=False) as advance:
        advance(1)
        advance(3)
    assert "Applying" in screen.getvalue()
    assert "100%" in screen.getvalue()


def test_events_are_rare_and_count_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    now, told = [0.0], list[int]()
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    advance = progress.events(told.append)
    for _ in range(25):
        now[0] += 0.1
        advance(10)
    assert len(told) == 2
    assert told[0] in {100, 110}
    assert told[1] - told[0] in {100, 110}
