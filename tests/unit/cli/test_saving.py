import os
import resource
import sys
import threading
from pathlib import Path

import pytest

from tapdb_ctl.cli import saving
from tapdb_ctl.errors import TapdbError


def test_a_file_is_written_whole_and_readable_as_the_umask_allows(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    before = os.umask(0o027)
    try:
        saving.write(path, "new")
    finally:
        os.umask(before)
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4, limits[1]))
    try:
        with pytest.raises(TapdbError, match="File too large"):
            saving.write(path, "longer than that")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_name_that_is_not_utf8_is_written_by_escapes(tmp_path: Path) -> None:
    saving.write(tmp_path / "plan.json", '{"file": "J\udcf6rg, ä"}')
    assert (tmp_path / "plan.json").read_text(encoding="utf-8") == '{"file": "J\\udcf6rg, ä"}'


def test_an_unwritable_place_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(TapdbError, match=r"missing/plan\.json: No such file"):
        saving.write(tmp_path / "missing" / "plan.json", "")


def test_a_file_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("old")
    path.chmod(0o600)
    saving.write(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_stays_and_its_file_is_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "first").symlink_to("second")
    (tmp_path / "second").symlink_to("folder/plan.json")
    for text in ("new", "again"):
        saving.write(tmp_path / "first", text)
        assert (tmp_path / "first").is_symlink()
        assert (tmp_path / "second").is_symlink()
        assert (folder / "plan.json").read_text() == text


def test_a_link_to_itself_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(TapdbError, match="Too many levels of symbolic links"):
        saving.write(tmp_path / "loop", "text")


@pytest.mark.parametrize("stream", ["/proc/self/fd/1", "/dev/fd/1"])
def test_a_link_to_standard_output_stays_and_is_written_through(
    stream: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    link = tmp_path / "so"
    link.symlink_to(stream)
    sys.stdout.write("before\n")
    saving.write(link, "text\n")
    sys.stdout.write("after\n")
    sys.stdout.flush()
    assert link.is_symlink()
    assert capfd.readouterr().out == "before\ntext\nafter\n"


def test_a_descriptor_is_written_to_and_its_file_not_replaced(tmp_path: Path) -> None:
    with (tmp_path / "target").open("wb+") as file:
        saving.write(Path(f"/proc/self/fd/{file.fileno()}"), "text")
        assert file.read() == b"text"


def test_a_dash_is_standard_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    saving.write(Path("-"), "text")
    assert capsys.readouterr().out == "text"
    assert not list(tmp_path.iterdir())


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe, heard = tmp_path / "pipe", []
    os.mkfifo(pipe)
    (tmp_path / "link").symlink_to(pipe)
    reader = threading.Thread(target=lambda: heard.append(pipe.read_text()))
    reader.start()
    saving.write(tmp_path / "link", "text")
    reader.join(timeout=10)
    assert heard == ["text"]
    assert pipe.is_fifo()
