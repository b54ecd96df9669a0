import os
import resource
from pathlib import Path

import pytest

from tapdb_ctl.cli import saving
from tapdb_ctl.errors import TapdbError


def test_a_file_is_replaced_whole_and_readable_as_the_umask_allows(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("old")
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


def test_a_pipe_is_written_to_and_not_replaced() -> None:
    saving.write(Path(os.devnull), "text")
    assert not Path(os.devnull).is_file()
