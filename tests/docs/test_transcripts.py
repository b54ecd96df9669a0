"""What the README and the examples show is what happens."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents import ROOT, Page
from transcripts import difference, environment, exchanges

TOLD = "sequencing-lab"
"""The example that the tutorial tells."""

PROJECTS = {
    "README.md": (ROOT / "manifests", ROOT / "templates", ROOT / "examples"),
    "docs/how-to.md": (ROOT / "manifests", ROOT / "templates"),
    "docs/tutorial.md": tuple((ROOT / "examples" / TOLD).iterdir()),
    **{
        f"examples/{example.name}/README.md": tuple(example.iterdir())
        for example in sorted((ROOT / "examples").iterdir())
        if example.is_dir() and example.name != TOLD
    },
}
"""Each page with transcripts, and the files that its reader has before the first command."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path, open_folder: Path, home: Path) -> Iterator[Path]:
    """Where the server's account can go even when root runs the tests, so that the data goes with the folder."""
    folder = open_folder / tmp_path.name
    folder.mkdir(mode=0o755)
    for source in PROJECTS[request.param]:
        if source.is_dir():
            shutil.copytree(source, folder / source.name)
        else:
            shutil.copy(source, folder)
    yield folder
    subprocess.run(["tapdb", "pg", "stop-local", "dev"], cwd=folder, env=environment(home), check=False)


@pytest.mark.parametrize(("page", "project"), [(page, page) for page in PROJECTS], indirect=["project"])
def test_the_page_shows_what_happens(page: str, project: Path, home: Path) -> None:
    env = environment(home, TAPDB_ENV="dev")
    shown = list(exchanges(Page(ROOT / page)))
    assert shown, "the page has no transcript"
    for exchange in shown:
        if wrong := difference(exchange, project, env):
            pytest.fail(f"{page}:{exchange.line}: {exchange.command}\n{wrong}", pytrace=False)
