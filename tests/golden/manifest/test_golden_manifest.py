"""Each folder beside this file is a case: manifests/ and templates/ as a user has them, and every finding about them.

`TAPDB_UPDATE_GOLDEN=1 pytest tests/golden/manifest` writes expected.txt anew; read the difference before committing.
"""

import os
from pathlib import Path

import pytest

from tapdb_ctl.errors import Finding
from tapdb_ctl.manifest import loading
from tapdb_ctl.manifest.variables import Variables

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/expected.txt"))


def rendered(finding: Finding) -> str:
    lines = [f"{finding.where or '-'}: {finding.severity} {finding.code}: {finding.summary}", f"    {finding.detail}"]
    if finding.where and finding.where.snippet is not None:
        lines.append(f"    | {finding.where.snippet}")
    if finding.hint:
        lines.append(f"    = {finding.hint}")
    return "\n".join(lines)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_findings(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)
    found = loading.validate([Path("manifests")], Variables())
    text = "\n".join(map(rendered, found)) + "\n"
    if os.environ.get("TAPDB_UPDATE_GOLDEN"):
        (case / "expected.txt").write_text(text)
    assert text == (case / "expected.txt").read_text()


def test_every_case_is_complete() -> None:
    folders = [path for path in Path(__file__).parent.iterdir() if path.is_dir() and path.name != "__pycache__"]
    assert sorted(folders) == CASES
