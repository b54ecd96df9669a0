"""Ports, socket paths, private files."""

from __future__ import annotations

import os
import socket
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tapdb_ctl.errors import ServerError
from tapdb_ctl.providers.server import faults, lock, logs, ports, private, sockets


def test_a_free_port_can_be_listened_on_and_is_outside_the_range_of_outgoing_connections() -> None:
    port = ports.free()
    assert 20_000 <= port < 32_768
    with closing(socket.create_server((ports.HOST, port))):
        assert not ports.is_free(port)


def test_when_all_are_taken_the_system_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_free", lambda _port: False)
    assert ports.free() > 1024


@pytest.mark.parametrize(
    ("directory", "possible"),
    [("/" + "a" * 87, True), ("/" + "a" * 88, False), ("/" + "ä" * 44, False), ("/a,b", False)],
)
def test_socket_paths_that_a_client_can_name(directory: str, *, possible: bool) -> None:
    assert sockets.fits(Path(directory)) is possible


def test_a_private_file_replaces_a_planted_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    state = tmp_path / "state.json"
    state.symlink_to(victim)
    with pytest.raises(OSError, match="symbolic links"):
        private.read(state)
    private.write(state, "secret")
    assert victim.read_text() == "untouched"
    assert private.read(state) == "secret"
    assert stat.S_IMODE(state.lstat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state.json", "victim"]


def test_folders_are_made_with_their_mode_and_others_are_left(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    private.make(tmp_path / "a/b", 0o711)
    private.make(tmp_path / "a/b", 0o700)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path, tmp_path / "a", tmp_path / "a/b")]
    assert modes == [0o750, 0o711, 0o711]


def test_a_lock_has_one_holder(tmp_path: Path) -> None:
    with lock.held(tmp_path / "lock", 1), pytest.raises(ServerError, match="SRV014"), lock.held(tmp_path / "lock", 0.1):
        pass
    with lock.held(tmp_path / "lock", 1):
        pass


def test_the_tail_goes_back_across_files(tmp_path: Path) -> None:
    (tmp_path / "startup.log").write_text("redirecting\n")
    (tmp_path / "postgresql-20260101-000000.log").write_text("one\ntwo\n")
    (tmp_path / "postgresql-20260102-000000.log").write_text("three\n")
    assert logs.tail(tmp_path, 2) == "two\nthree"
    assert logs.tail(tmp_path, 9) == "redirecting\none\ntwo\nthree"
    assert logs.tail(tmp_path / "nowhere", 9) == ""


def test_the_last_starts_own_words_come_last_when_nothing_was_said_after_them(tmp_path: Path) -> None:
    collected = tmp_path / "postgresql-20260101-000000.log"
    collected.write_text("shut down\n")
    older = logs.begin(tmp_path)
    (tmp_path / "startup.log").write_text("unrecognized\n")
    os.utime(collected, (1, 1))
    assert logs.tail(tmp_path, 2) == "shut down\nunrecognized"
    assert logs.since(tmp_path, older) == "unrecognized\n"
    collected.write_text("shut down\nsaid ünder way\n")
    (tmp_path / "postgresql-20260102-000000.log").write_text("and then\n")
    assert logs.since(tmp_path, older) == "unrecognized\nsaid ünder way\nand then\n"
    assert logs.begin(tmp_path).keys() == {collected, tmp_path / "postgresql-20260102-000000.log"}
    assert not (tmp_path / "startup.log").exists()


def test_a_failure_keeps_the_last_words_and_names_the_log(tmp_path: Path) -> None:
    error = faults.failed("start", "\n".join(f"line {n}" for n in range(20)), tmp_path)
    (finding,) = error.findings
    assert finding.detail.endswith("line 19")
    assert "line 1 " not in finding.detail
    assert str(tmp_path / "log") in finding.hint


def test_other_operating_system_errors_name_the_file(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="SRV006") as raised, faults.explained(tmp_path):
        (tmp_path / "nowhere/file").touch()
    assert str(tmp_path / "nowhere/file") in raised.value.findings[0].detail
