"""`tapdb import`, `destroy`, `--force-conflicts` and `plan --verify` as processes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from folders import pack

if TYPE_CHECKING:
    from folders import Folder

OWNERS = "SELECT DISTINCT catalog FROM tapdb_ownership"


@pytest.fixture
def built(folder: Folder) -> Folder:
    folder.write(pack(3))
    assert folder.run("apply", "--auto-approve")[0] == 0
    return folder


def test_an_import_is_shown_and_asked_for(built: Folder) -> None:
    built.world.sql("DELETE FROM tapdb_ownership")
    code, out, err = built.run("import")
    assert (code, "Plan: 3 to import, 0 to add" in out, "CLI006" in err) == (1, True, True)
    code, out, _ = built.run("import", "template.container/tube/t0/*", "--auto-approve")
    assert (code, "Apply complete! Resources: 1 imported, 0 added" in out) == (0, True)
    assert built.run("import", "-y", "template.none/*")[1].startswith("warning[PLN006]")
    built.write(pack(3), **{"import": ["*"]})
    assert "Plan: 2 to import, 0 to add" in built.run("plan")[1]
    assert built.run("apply", "-y")[0] == 0
    assert built.run("plan", "--detailed-exitcode")[0] == 0


def test_what_is_live_can_be_written_down_and_adopted(built: Folder) -> None:
    (built.path / "templates/lab/pack.json").unlink()
    built.world.sql("DELETE FROM tapdb_ownership WHERE address LIKE '%%/t0/%%'", ())
    code, out, err = built.run("import", "--generate", "templates")
    assert (code, out, err) == (0, "3 templates of lab in templates\n", "")
    assert "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy." in built.run("import")[1]
    assert built.run("import", "-y")[0] == 0
    assert built.run("plan", "--detailed-exitcode")[0] == 0


def test_a_new_catalogue_is_declared_where_the_environment_is(built: Folder) -> None:
    built.world.sql("DELETE FROM tapdb_ownership")
    manifest = built.path / "manifests/dev.yaml"
    text = manifest.read_text()
    i = text.index("  catalogs:")
    manifest.write_text(f"# ours\n{text[:i]}")
    assert built.run("import", "--generate", "live")[1].endswith("manifests/dev.yaml declares them\n")
    added = "  catalogs:\n    - name: imported\n      path: ../live/imported\n"
    assert manifest.read_text() == f"# ours\n{text[:i]}{added}"
    assert built.run("import", "-y")[0] == 0
    assert built.run("plan", "--detailed-exitcode")[0] == 0


def test_taking_over_is_asked_for(built: Folder) -> None:
    built.world.sql("UPDATE tapdb_ownership SET catalog = 'theirs'")
    code, out, _ = built.run("plan")
    assert (code, "owned by catalogue theirs" in out) == (1, True)
    assert "taken over from catalogue theirs" in built.run("plan", "--force-conflicts")[1]
    assert built.run("apply", "-y", "--force-conflicts")[0] == 0
    assert built.world.sql(OWNERS) == [("lab",)]


def test_all_that_is_owned_can_be_retired(built: Folder) -> None:
    code, _, err = built.run("destroy", "-y")
    assert (code, "PLN010" in err, "PLN012" in err) == (1, True, True)
    code, out, _ = built.run("destroy", "-y", "--allow-destroy", "template", "--allow-destroy", "catalog")
    assert (code, "3 destroyed" in out) == (0, True)
    assert built.world.value("SELECT count(*) FROM generic_template WHERE is_deleted") == 3
    assert built.run("apply", "-y")[1].count("3 changed") == 1


def test_a_plan_can_be_rehearsed(folder: Folder) -> None:
    folder.write(pack(3))
    assert folder.run("apply", "-y")[0] == 0
    folder.write(pack(4))
    code, out, _ = folder.run("plan", "--verify", "--json")
    assert (code, [f["code"] for f in json.loads(out)["findings"]]) == (0, ["PLN033"])
    assert folder.world.value("SELECT count(*) FROM generic_template") == 3
