"""Each NAME.in beside this file is laid out as NAME.out shows, which is not changed any more.

TAPDB_UPDATE_GOLDEN=1 writes the .out files anew; read the difference before committing.
"""

from pathlib import Path

import pytest

from documents import ROOT
from goldens import assert_golden
from tapdb_ctl.cli.running import run
from tapdb_ctl.manifest.formatting.files import formatted

CASES = sorted(Path(__file__).parent.glob("*.in"))


def laid_out(path: Path, name: str) -> str:
    result = formatted(name, path.read_bytes(), is_json=name.endswith(".json"))
    assert result.findings == ()
    return result.after


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_layout(case: Path) -> None:
    assert_golden(f"fmt/{case.stem}.out", laid_out(case, case.stem))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_layout_is_final(case: Path) -> None:
    result = case.with_suffix(".out")
    assert laid_out(result, case.stem) == result.read_text()


def test_what_ships_is_laid_out(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    assert run(["fmt", "--check", "manifests", "templates", "examples"]) == 0, capsys.readouterr()
