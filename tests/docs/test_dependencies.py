"""docs/dependencies.md accounts for every dependency, and for nothing else."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from documents import ROOT


def test_each_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values()]
    groups.append(project["build-system"]["requires"])
    declared = {canonicalize_name(Requirement(line).name) for group in groups for line in group}
    documented = re.findall(r"^\| `([^`]+)` \|", (ROOT / "docs/dependencies.md").read_text(), re.MULTILINE)
    assert sorted(map(canonicalize_name, documented)) == sorted(declared)
