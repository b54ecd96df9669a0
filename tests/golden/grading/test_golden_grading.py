"""Each file beside this one is a change of a template: what differs before and after, its grade, and the reasons.

`TAPDB_UPDATE_GOLDEN=1 pytest tests/golden/grading` writes grades and reasons anew; read the difference first.
"""

import json
import os
from pathlib import Path

import pytest

from tapdb_ctl.core import jsonvalue
from tapdb_ctl.core.change import Update
from tapdb_ctl.core.grading import grade
from worlds import template

CASES = sorted(Path(__file__).parent.glob("*.json"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_grade(path: Path) -> None:
    case = json.loads(path.read_text())
    before, after = (template("c/t/s/1.0", **jsonvalue.parse(json.dumps(case[side]))) for side in ("before", "after"))
    found = grade(Update(before, after))
    assert found
    told = {**case, "kind": found.kind, "reasons": list(found.reasons)}
    if os.environ.get("TAPDB_UPDATE_GOLDEN"):
        path.write_text(json.dumps(told, indent=2) + "\n")
    assert json.loads(path.read_text()) == told
