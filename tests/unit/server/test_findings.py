"""The page on the embedded server explains every finding, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/embedded-postgresql.md"
ROOM = ROOT / "tapdb_ctl/providers/server"


def test_each_finding_has_its_line() -> None:
    raised = {code for path in ROOM.glob("*.py") for code in re.findall(r'"(SRV\d+)"', path.read_text())}
    explained = re.findall(r"^\| (SRV\d+) \|", PAGE.read_text(), re.MULTILINE)
    assert explained == sorted(raised)
