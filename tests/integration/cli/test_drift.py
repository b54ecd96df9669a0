"""`tapdb drift` as a process: exit codes, streams, documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from folders import pack
from tapdb_ctl.cli.schema import Kind, text

if TYPE_CHECKING:
    from folders import Folder

EDIT = (
    "SET session.current_username = 'jane'; UPDATE generic_template SET bstatus = 'broken' WHERE subtype = 't1';"
    " DROP TRIGGER audit_insert_generic_instance ON generic_instance; CREATE INDEX theirs ON generic_instance (name)"
)


@pytest.fixture
def drifted(folder: Folder) -> Folder:
    folder.write(pack(3))
    assert folder.run("apply", "--auto-approve")[0] == 0
    folder.world.sql(EDIT)
    folder.write([{**pack(1)[0], "name": "New"}, *pack(3)[1:]])
    return folder


def test_differences_are_told_with_their_causes_until_an_apply_ends_them(drifted: Folder) -> None:
    code, out, err = drifted.run("drift", "--detailed-exitcode")
    assert (code, err) == (2, "")
    assert "  # template.container/tube/t0/1.0: changed in manifests\n" in out
    assert "  # template.container/tube/t1/1.0: drifted, by jane at 20" in out
    assert "trigger/generic_instance.audit_insert_generic_instance: drifted, by unknown\n" in out
    assert "info[PG041]: something on our tables is not tapdb's\n  --> schema.index/theirs\n" in out
    assert out.endswith("\n3 differences: 1 changed in manifests, 2 drifted.\n")

    code, out, err = drifted.run("drift", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    Draft202012Validator(json.loads(text(Kind.DRIFT))).validate(document)
    assert document["summary"]["drift"] == 2
    assert [finding["address"] for finding in document["findings"]] == ["schema.index/theirs"]

    planned = json.loads(drifted.run("plan", "--json")[1])
    assert [each["address"] for each in planned["resource_changes"]] == [e["address"] for e in document["differences"]]
    assert len(planned["resource_drift"]) == 2

    assert drifted.run("apply", "--auto-approve")[0] == 0
    assert drifted.run("drift", "-q", "--target", "template.*", "--detailed-exitcode")[0] == 0
    code, out, err = drifted.run("drift", "--detailed-exitcode")
    assert (code, err) == (0, "")
    assert out.endswith("\nNo differences. Live state matches the configuration.\n")


def test_what_cannot_be_compared_is_1(drifted: Folder) -> None:
    drifted.world.sql("DELETE FROM tapdb_ownership WHERE address LIKE '%t1%'")
    code, out, _ = drifted.run("drift", "--detailed-exitcode")
    assert code == 1
    assert "PLN001" in out
