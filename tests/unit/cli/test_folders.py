"""A folder is written whole or not at all, and nothing that is not an export's is lost."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from tapdb_ctl.cli import folders
from tapdb_ctl.errors import RefusedError, TapdbError

FILES = {PurePosixPath("lab/c/t/s/1.json"): "{}\n", PurePosixPath("core/ü.json"): "[]\n"}


def content(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != folders.LIST
    }


def wanted(files: dict[PurePosixPath, str]) -> dict[str, str]:
    return {str(name): text for name, text in files.items()}


@pytest.mark.parametrize("prepared", [False, True])
def test_a_new_or_an_empty_folder_is_filled(tmp_path: Path, prepared: bool) -> None:
    target = tmp_path / "deep" / "out"
    if prepared:
        target.mkdir(parents=True)
    folders.replace(target, FILES)
    assert content(target) == wanted(FILES)
    assert sorted(entry.name for entry in target.iterdir()) == [folders.LIST, "core", "lab"]


def test_the_list_is_one_that_sha256sum_checks(tmp_path: Path) -> None:
    folders.replace(tmp_path, FILES)
    subprocess.run(["sha256sum", "--check", "--strict", folders.LIST], cwd=tmp_path, check=True, capture_output=True)


def test_an_earlier_export_is_replaced_as_a_whole(tmp_path: Path) -> None:
    folders.replace(tmp_path, FILES)
    later = {PurePosixPath("lab/c/t/s/2.json"): "{}\n"}
    folders.replace(tmp_path, later)
    assert content(tmp_path) == wanted(later)
    folders.replace(tmp_path, later)
    assert content(tmp_path) == wanted(later)


def test_the_working_directory_can_be_exported_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folders.replace(Path(), FILES)
    assert content(Path()) == wanted(FILES)


def refused(folder: Path) -> str:
    before = content(folder)
    with pytest.raises(RefusedError) as caught:
        folders.replace(folder, FILES)
    (finding,) = caught.value.findings
    assert (finding.code, content(folder)) == ("CLI030", before)
    return finding.detail


def test_what_no_export_left_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("mine")
    assert refused(tmp_path).endswith("README")


def test_what_was_changed_or_added_since_is_never_touched(tmp_path: Path) -> None:
    folders.replace(tmp_path, FILES)
    (tmp_path / "core/ü.json").write_text("[1]\n")
    (tmp_path / "lab/notes").write_text("mine")
    (tmp_path / "lab/link").symlink_to("/")
    assert refused(tmp_path).endswith("core/ü.json, lab/link, lab/notes")


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(RefusedError):
        folders.replace(tmp_path / "out", FILES)
    assert (tmp_path / "out").read_text() == "mine"


def test_when_writing_fails_what_was_there_stays(tmp_path: Path) -> None:
    folders.replace(tmp_path / "out", FILES)
    before = content(tmp_path / "out")
    colliding = {PurePosixPath("a"): "", PurePosixPath("a/b"): ""}
    for target, left in ((tmp_path / "out", before), (tmp_path / "new", {})):
        with pytest.raises(TapdbError, match="CLI005"):
            folders.replace(target, colliding)
        assert content(target) == left
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["out"]
    assert sorted(entry.name for entry in (tmp_path / "out").iterdir()) == [folders.LIST, "core", "lab"]


def test_when_moving_fails_everything_moves_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders.replace(tmp_path, FILES)
    rename, made = os.rename, []

    def failing(source: Path, target: Path) -> Path:
        if len(made) == 4:
            made.append(target)
            raise OSError(5, "Input/output error", str(target))
        made.append(target)
        rename(source, target)
        return target

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(TapdbError, match="CLI005"):
        folders.replace(tmp_path, {PurePosixPath(f"{name}/x"): "" for name in "abc"})
    assert content(tmp_path) == wanted(FILES)
    monkeypatch.undo()
    folders.replace(tmp_path, {})
