"""Which installation is found, without a server: programs here are scripts that say a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tapdb_ctl.errors import ServerError
from tapdb_ctl.providers.server import binaries

if TYPE_CHECKING:
    from pathlib import Path


def install(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    for name in ("initdb", "pg_ctl", "postgres"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without PostgreSQL; tests install some."""
    monkeypatch.delenv("TAPDB_PG_BIN", raising=False)
    monkeypatch.setattr(
        binaries, "_wheel", lambda: [tmp_path / "wheel/pginstall/bin", tmp_path / "wheel/pginstall18/bin"]
    )
    monkeypatch.setattr(binaries, "_INSTALL_FOLDERS", (f"{tmp_path}/usr/lib/postgresql/*/bin",))
    monkeypatch.setenv("PATH", f"{tmp_path}/path:/usr/bin:/bin")
    (tmp_path / "path").mkdir()
    binaries._installation.cache_clear()
    return tmp_path


def on_path(machine: Path, folder: Path) -> None:
    (machine / "path/initdb").symlink_to(folder / "initdb")


def test_the_wheel_comes_before_path_and_path_before_the_usual_folders(machine: Path) -> None:
    usual = install(machine / "usr/lib/postgresql/16/bin", "16.1")
    assert binaries.find(16).bin == usual
    elsewhere = install(machine / "opt/pg/bin", "16.2")
    on_path(machine, elsewhere)
    assert binaries.find(16).bin == elsewhere
    wheel = install(machine / "wheel/pginstall/bin", "16.3")
    assert binaries.find(16) == binaries.Installation(wheel, 16, "16.3")


def test_the_variable_comes_first_of_all(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(machine / "wheel/pginstall/bin", "16.3")
    monkeypatch.setenv("TAPDB_PG_BIN", str(install(machine / "mine", "16.9")))
    assert binaries.find(16).version == "16.9"


def test_other_major_versions_are_passed_over(machine: Path) -> None:
    install(machine / "wheel/pginstall/bin", "16.3")
    install(machine / "wheel/pginstall18/bin", "18.4")
    install(machine / "usr/lib/postgresql/9.6/bin", "9.6.24")
    install(machine / "usr/lib/postgresql/19/bin", "19beta1 (Debian 19~beta1-1)")
    assert {major: binaries.find(major).version for major in (9, 16, 18, 19)} == {
        9: "9.6.24",
        16: "16.3",
        18: "18.4",
        19: "19beta1",
    }


def test_a_folder_without_a_server_is_passed_over(machine: Path) -> None:
    clients_only = install(machine / "wheel/pginstall/bin", "16.3")
    (clients_only / "postgres").unlink()
    usual = install(machine / "usr/lib/postgresql/16/bin", "16.1")
    assert binaries.find(16).bin == usual


def test_what_was_found_instead_is_told_newest_first(machine: Path) -> None:
    for version in ("9.6", "14", "17"):
        install(machine / f"usr/lib/postgresql/{version}/bin", f"{version}.1")
    with pytest.raises(ServerError) as raised:
        binaries.find(16)
    (finding,) = raised.value.findings
    assert finding.detail.index("17.1") < finding.detail.index("14.1") < finding.detail.index("9.6.1")
    assert "`version: 17`" in finding.hint
    assert ".[embedded]" in finding.hint


def test_an_installation_on_path_and_in_a_usual_folder_is_told_once(machine: Path) -> None:
    usual = install(machine / "usr/lib/postgresql/15/bin", "15.1")
    (machine / "usr/lib/postgresql/current").symlink_to(usual.parent)
    on_path(machine, usual)
    with pytest.raises(ServerError) as raised:
        binaries.find(16)
    assert raised.value.findings[0].detail == f"found only 15.1 in {usual}"


def test_an_installation_on_path_and_in_a_usual_folder_keeps_the_place_of_path(machine: Path) -> None:
    install(machine / "usr/lib/postgresql/16-newer/bin", "16.9")
    chosen = install(machine / "usr/lib/postgresql/16/bin", "16.1")
    on_path(machine, chosen)
    assert binaries.find(16).bin == chosen


def test_nothing_at_all_names_the_extra() -> None:
    with pytest.raises(ServerError, match="SRV002") as raised:
        binaries.find(16)
    assert ".[embedded]" in raised.value.findings[0].hint


def test_programs_that_do_not_run_are_told(machine: Path) -> None:
    broken = install(machine / "wheel/pginstall/bin", "16.3")
    (broken / "initdb").write_text("#!/bin/sh\necho 'libpq.so.5: cannot open' >&2\nexit 127\n")
    with pytest.raises(ServerError, match="libpq") as raised:
        binaries.find(16)
    assert raised.value.findings[0].code == "SRV003"
