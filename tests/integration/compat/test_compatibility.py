"""The published 0.1.13, unchanged, behaves in our schema as in its own, or better as behaviours.yaml says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from documents import ROOT
from upstream_runs import COMPAT, Upstream
from worlds import World

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Seen
    from pg_servers import Server

SECTIONS: dict[str, list[dict[str, Any]]] = yaml.safe_load((COMPAT / "behaviours.yaml").read_text())
BEHAVIOURS = {entry["shows"]: entry for entries in SECTIONS.values() for entry in entries}
PAGE = (ROOT / "docs" / "compatibility.md").read_text()


@pytest.mark.parametrize("shows", BEHAVIOURS)
def test_behaviour(seen: Seen, shows: str) -> None:
    entry = BEHAVIOURS[shows]
    expected = (entry["same"], entry["same"]) if "same" in entry else (entry["theirs"], entry["ours"])
    assert (seen.theirs[shows], seen.ours[shows]) == expected


def test_every_behaviour_is_expected(seen: Seen) -> None:
    assert seen.theirs.keys() == seen.ours.keys() == BEHAVIOURS.keys()


def test_what_is_called_better_differs() -> None:
    assert [entry for entry in BEHAVIOURS.values() if "same" not in entry and entry["theirs"] == entry["ours"]] == []


@pytest.mark.usefixtures("seen")
def test_its_reset_is_refused(server: Server, tmp_path: Path) -> None:
    library = Upstream(server, "compat_ours", tmp_path / "packs")
    with pytest.raises(AssertionError, match="cannot drop function"):
        library.run("-m", "daylily_tapdb.cli", "db", "schema", "reset", "dev", "--force")
    assert World(server, "compat_ours").value("SELECT count(*) > 0 FROM generic_instance")


@pytest.mark.parametrize("section", SECTIONS)
def test_the_page_says_so(section: str) -> None:
    rows = [f"| {entry['shows']} | {entry.get('better', 'same')} |" for entry in SECTIONS[section]]
    assert "\n".join(["| with the library of 0.1.13 | here |", "|---|---|", *rows, ""]) in PAGE
