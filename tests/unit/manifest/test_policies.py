"""Policies of environments: what a plan is held against, filled from variables like all else."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from manifest_projects import Project
from tapdb_ctl.core.address import TYPES
from tapdb_ctl.core.policy import Policy
from tapdb_ctl.errors import ManifestError
from tapdb_ctl.manifest.variables import Variables

ADDRESSES = Path(__file__).parents[3] / "docs" / "addresses.md"


def compiled(project: Project, *assignments: str, **policy: Any) -> Policy:
    project.environment(policy=policy)
    project.write("templates/pack.json", {"templates": []})
    return project.load(variables=Variables.of(assignments)).desired.policy


def test_none_allows_everything(project: Project) -> None:
    assert compiled(project) == Policy()


def test_each_field_is_as_written(project: Project) -> None:
    assert compiled(
        project,
        max_destroy=0,
        max_change=7,
        require_version_bump="used",
        forbid=["breaking", "delete template.action/*"],
        freeze="2026-12-24",
    ) == Policy(0, 7, "used", ("breaking", "delete template.action/*"), datetime(2026, 12, 24, tzinfo=UTC))


def test_each_field_may_come_from_a_variable(project: Project) -> None:
    assignments = ("D=3", "C=4", "BUMP=always", "FORBID=delete template.*, breaking,", "UNTIL=2026-12-24T18:00+02:00")
    assert compiled(
        project,
        *assignments,
        max_destroy="${var.D}",
        max_change="${var.C}",
        require_version_bump="${var.BUMP}",
        forbid="${var.FORBID}",
        freeze="${var.UNTIL}",
    ) == Policy(3, 4, "always", ("delete template.*", "breaking"), datetime(2026, 12, 24, 16, tzinfo=UTC))


def test_a_variable_may_stand_inside_an_entry(project: Project) -> None:
    assert compiled(project, "KEPT=action", forbid=["delete template.${var.KEPT}/*"]).forbid == (
        "delete template.action/*",
    )


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2026-12-24", 0),
        ("2026-12-24T18:00", 18),
        ("2026-12-24 18:00:00", 18),
        ("2026-12-24T18:00Z", 18),
        ("2026-12-24T18:00:00-05:00", 23),
    ],
)
def test_moments(project: Project, written: str, hour: int) -> None:
    assert compiled(project, freeze=written).freeze == datetime(2026, 12, 24, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["2026-02-30", "2026-12-24T24:30", "20261224", "2026-W01", "0001-01-01T00:00+14:00", "2026-12-24T18", ""]
)
def test_what_is_no_moment(project: Project, written: str) -> None:
    with pytest.raises(ManifestError, match=r"ENV004.*spec\.policy\.freeze"):
        compiled(project, freeze=written)


def test_the_digest_of_what_is_wanted_tells_policies_apart(project: Project) -> None:
    compiled(project, max_change=1)
    one = project.load().desired.digest
    compiled(project, max_change=2)
    assert project.load().desired.digest != one


def test_every_type_of_address_can_be_named() -> None:
    documented = set(re.findall(r"^\| `([a-z]+)\.", ADDRESSES.read_text(), re.MULTILINE))
    assert documented <= set(TYPES)
