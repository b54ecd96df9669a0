"""The published 0.1.13, unchanged, behaves in our schema as in its own, or better as behaviours.yaml says.

So does our library in its place.
"""

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
IN_ITS_PLACE = {entry["shows"] for name, entries in SECTIONS.items() if name != "commands" for entry in entries}
"""What our library shows too; its command line is another."""

PAGE = (ROOT / "docs" / "compatibility.md").read_text()


@pytest.mark.parametrize("shows", BEHAVIOURS)
def test_behaviour(seen: Seen, shows: str) -> None:
    entry = BEHAVIOURS[shows]
    expected = (entry["same"], entry["same"]) if "same" in entry else (entry["theirs"], entry["ours"])
    assert (seen.theirs[shows], seen.ours[shows]) == expected


@pytest.mark.parametrize("shows", sorted(IN_ITS_PLACE))
def test_our_library_in_its_place(seen: Seen, shows: str) -> None:
    entry = BEHAVIOURS[shows]
    assert seen.library[shows] == entry.get("library", _here(entry))


def _here(entry: dict[str, Any]) -> Any:
    return entry["same"] if "same" in entry else entry["ours"]


def test_every_behaviour_is_expected(seen: Seen) -> None:
    assert seen.theirs.keys() == seen.ours.keys() == BEHAVIOURS.keys()
    assert seen.library.keys() == IN_ITS_PLACE


def test_what_is_called_better_differs() -> None:
    assert [entry for entry in BEHAVIOURS.values() if "same" not in entry and entry["theirs"] == entry["ours"]] == []
    assert [entry for entry in BEHAVIOURS.values() if entry.get("library", ...) == _here(entry)] == []


@pytest.mark.usefixtures("seen")
def test_its_reset_is_refused(server: Server, tmp_path: Path) -> None:
    library = Upstream(server, "compat_ours", tmp_path / "packs")
    with pytest.raises(AssertionError, match="cannot drop function"):
        library.run("-m", "daylily_tapdb.cli", "db", "schema", "reset", "dev", "--force")
    assert World(server, "compat_ours").value("SELECT count(*) > 0 FROM generic_instance")


@pytest.mark.parametrize("section", SECTIONS)
def test_the_page_says_so(section: str) -> None:
    assert "\n".join(["", *_table(section), ""]) in PAGE


def _table(section: str) -> list[str]:
    """One row a behaviour; our library has a column where it takes part."""
    cells = [[entry["shows"], entry.get("better", "same")] for entry in SECTIONS[section]]
    if section == "commands":
        return ["| with the library of 0.1.13 | here |", "|---|---|", *map(_row, cells)]
    ours = [entry.get("why", "same") for entry in SECTIONS[section]]
    told = [_row([*two, third]) for two, third in zip(cells, ours, strict=True)]
    return ["| with the library of 0.1.13 | here | with our library |", "|---|---|---|", *told]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
