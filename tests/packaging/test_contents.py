"""What the distributions hold: what the checkout holds, byte for byte."""

import subprocess
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASSETS = ("manifests", "schema", "stacks", "templates")
BUNDLED = "tapdb_ctl/_bundled/"


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def files(*folders: str) -> dict[str, bytes]:
    paths = (path for folder in folders for path in (ROOT / folder).rglob("*"))
    wanted = (path for path in paths if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in wanted}


def test_the_wheel_bundles_the_asset_folders(wheel: Path) -> None:
    bundled = {name.removeprefix(BUNDLED): data for name, data in contents(wheel).items() if name.startswith(BUNDLED)}
    assert bundled == files(*ASSETS)


@pytest.mark.parametrize("folder", ASSETS)
def test_no_asset_folder_is_empty(wheel: Path, folder: str) -> None:
    assert any(name.startswith(f"{BUNDLED}{folder}/") for name in contents(wheel))


def test_the_wheel_holds_the_whole_package_and_nothing_else(wheel: Path) -> None:
    package = {name: data for name, data in contents(wheel).items() if not name.startswith(BUNDLED)}
    described = {name for name in package if name.split("/")[0].endswith(".dist-info")}
    assert {name: data for name, data in package.items() if name not in described} == files("tapdb_ctl")
    assert "tapdb_ctl/py.typed" in package


def test_the_sdist_builds_the_same_wheel(wheel: Path, wheel_of_sdist: Path) -> None:
    assert wheel_of_sdist.name == wheel.name
    assert contents(wheel_of_sdist) == contents(wheel)


def test_the_sdist_holds_what_a_developer_needs(unpacked_sdist: Path) -> None:
    needed = ["Makefile", ".ci/run", "LICENSE", "README.md", "CHANGELOG.md", "docs", "tests", "examples", "benchmarks"]
    assert [name for name in needed if not (unpacked_sdist / name).exists()] == []


def test_every_shipped_file_is_under_version_control() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", *ASSETS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(files(*ASSETS)) == set(listed.stdout.splitlines())
