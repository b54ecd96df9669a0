"""The published 0.1.13, and ours in its place, under a role that the manifest declares as `application`.

All but administration goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from folders import Folder
from roles import APPLICATION, as_role, make_roles
from upstream_runs import COMPAT, StandIn, Upstream, packs

if TYPE_CHECKING:
    from pathlib import Path

    from worlds import World

SECTIONS = yaml.safe_load((COMPAT / "behaviours.yaml").read_text())
ENTRIES = [entry for entries in SECTIONS.values() for entry in entries]
OURS = {entry["shows"]: entry.get("same", entry.get("ours")) for entry in ENTRIES}
LIBRARY = OURS | {entry["shows"]: entry["library"] for entry in ENTRIES if "library" in entry}

ADMINISTRATION = {
    "seeding again leaves every template alone",
    "seeding with --overwrite upserts every template",
    "seeding with --overwrite revives a deleted template",
    "seeding adds a template that is missing, with a prefix of its own",
    "users are added, changed, switched off and deleted for real",
    "the schema is seen, and is not applied over",
    "a backup of its tables is written",
    "a role with rights to the three tables alone can create, update and delete",
    "a role with rights to every table and sequence, but not to create, can create an object",
}
"""What its commands do, and behaviours that are shown with the help of roles and grants."""

TEMPLATES = {
    "`session.delete(template)` marks it deleted",
    "a template is updated through the ORM, a NULL included",
    "a deleted template is not found, and its code stays taken",
    "a singleton is made once and found again",
    "a deleted singleton can be made again",
    "an instance of a template whose prefix has no sequence is refused",
}
"""What writes templates, or is shown with one that it makes."""

SEQUENCES = {"the numbers that follow a given EUID do not meet it"}
"""What is shown by looking into a sequence."""


@pytest.mark.parametrize(("library", "expected"), [(Upstream, OURS), (StandIn, LIBRARY)])
def test_an_application_needs_no_more_than_its_role_has(
    world: World, tmp_path: Path, library: type[Upstream], expected: dict[str, Any]
) -> None:
    make_roles(world, APPLICATION)
    folder, catalog = Folder(tmp_path, world), packs(tmp_path / "templates" / "lab")
    folder.write([], roles={"application": [APPLICATION]})
    (catalog / "pack.json").unlink()
    code, out, err = folder.run("apply", "--auto-approve")
    assert code == 0, out + err
    seen = library(as_role(world, APPLICATION).server, world.database, catalog).behave()
    beyond = (ADMINISTRATION | TEMPLATES | SEQUENCES) & seen.keys()
    assert {shows for shows in seen if seen[shows] != expected[shows]} == beyond
