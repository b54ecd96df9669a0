"""The pages about manifests say what the code does."""

import os
import re
from pathlib import Path

import pytest

from manifest_projects import Project
from tapdb_ctl.manifest import loading
from tapdb_ctl.manifest.codes import SUMMARIES
from tapdb_ctl.manifest.variables import Variables

ROOT = Path(__file__).parents[3]
FINDINGS, MANIFESTS = ROOT / "docs/findings.md", ROOT / "docs/manifests.md"
HEADINGS = {
    "MAN": "Files and documents",
    "ENV": "Environments",
    "VAR": "Variables",
    "SEC": "Secrets",
    "TPL": "Templates",
}
EXAMPLES = re.findall(r"```yaml\n(.*?)```", MANIFESTS.read_text(), re.DOTALL)


def section(layer: str) -> str:
    rows = [f"| `{code}` | {summary} |\n" for code, summary in SUMMARIES.items() if code.startswith(layer)]
    return f"## {HEADINGS[layer]}\n\n| code | meaning |\n|---|---|\n{''.join(rows)}"


@pytest.mark.parametrize("layer", HEADINGS)
def test_every_code_is_listed(layer: str) -> None:
    text = FINDINGS.read_text()
    if os.environ.get("TAPDB_UPDATE_GOLDEN"):
        old = re.search(rf"## {HEADINGS[layer]}\n.*?(?=\n## |\Z)", text, re.DOTALL)
        text = text.replace(old[0], section(layer)) if old else f"{text.rstrip()}\n\n{section(layer)}"
        FINDINGS.write_text(text)
    assert section(layer) in text


def test_every_code_has_a_case() -> None:
    cases = [*ROOT.glob("tests/golden/manifest/*/expected.txt"), *ROOT.glob("tests/unit/manifest/test_*.py")]
    text = "".join(path.read_text() for path in cases)
    assert [code for code in SUMMARIES if code not in text] == []


def test_the_examples_are_valid(project: Project) -> None:
    environments = [text for text in EXAMPLES if "kind: Environment" in text]
    packs = [text for text in EXAMPLES if text.startswith("templates:")]
    assert (len(environments), len(packs)) == (2, 1)
    for number, text in enumerate(environments):
        project.write(f"manifests/{number}.yaml", text)
    project.write("templates/pack.yaml", packs[0])
    assert loading.validate([Path("manifests")], Variables()) == ()
    assert loading.load([Path("manifests")], "shared", Variables.of(["PORT=5432"])).findings == ()
