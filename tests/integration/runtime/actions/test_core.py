"""The core actions, from the definitions that the shipped pack has, to what they leave in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from runtime_worlds import CLIENT, QUEUE, SAMPLE, TUBE
from tapdb_ctl.actions import ActionDispatcher
from tapdb_ctl.runtime.models import audit_log, generic_instance, generic_instance_lineage

if TYPE_CHECKING:
    from conftest import Lab

CORE = ActionDispatcher()


def made(lab: Lab, code: str) -> tuple[int, str]:
    with lab.db.session_scope(commit=True) as session:
        instance = lab.factory.create_instance(session, code, "it")
        return instance.uuid, instance.euid


def edges(lab: Lab) -> list[tuple[str, str]]:
    """Name and relationship of every live edge but those of records."""
    with lab.db.session_scope() as session:
        rows = session.scalars(select(generic_instance_lineage).where(~generic_instance_lineage.is_deleted))
        return [(row.name, row.relationship_type) for row in rows if row.relationship_type != "acted_on"]


def test_notes_are_kept_with_author_and_time(lab: Lab) -> None:
    uuid = lab.specimen()
    lab.act(uuid, "create_note", {"note_text": "haemolysed"}, by=CORE, user="grace")
    result = lab.act(uuid, "create_note", {"note_text": "drawn again"}, by=CORE)
    assert result["message"].endswith("has 2 notes")
    notes = lab.read(uuid)["json_addl"]["notes"]
    assert [(note["text"], note["author"]) for note in notes] == [("haemolysed", "grace"), ("drawn again", "tester")]
    assert notes[0]["time"] < notes[1]["time"]
    assert [record[:2] for record in lab.records()] == [("create_note", "completed")] * 2


@pytest.mark.parametrize("captured", [{}, {"note_text": "  "}])
def test_a_note_needs_its_text(lab: Lab, captured: dict[str, Any]) -> None:
    uuid = lab.specimen()
    assert lab.act(uuid, "create_note", captured, by=CORE)["message"] == "create_note requires note_text"
    unlimited = lab.act(uuid, "create_note", captured, by=CORE, changed={"required_fields": []})
    assert unlimited["message"] == "RUN083: an action misses a field (note_text)"


def test_a_status_is_set_if_it_is_valid(lab: Lab) -> None:
    uuid = lab.specimen()
    result = lab.act(uuid, "update_status", {"new_status": "active"}, by=CORE)
    assert result["message"].endswith(": created -> active")
    assert lab.act(uuid, "update_status", {"new_status": "burnt"}, by=CORE)["status"] == "error"
    assert lab.read(uuid)["bstatus"] == "active"
    assert lab.executed(uuid, "update_status") == ("1", None, 1)


def test_objects_are_linked_by_uuid_or_euid(lab: Lab) -> None:
    specimen = lab.specimen()
    (tube, tube_euid), (sample, sample_euid) = made(lab, TUBE), made(lab, SAMPLE)
    pairs = [(tube, sample, None), (str(tube), sample_euid, "holds"), (tube_euid, str(sample), "held")]
    for parent, child, kind in pairs:
        captured = {"parent_uuid": parent, "child_uuid": child, "relationship_type": kind}
        result = lab.act(specimen, "link_objects", captured, by=CORE)
        assert result["lineage_euid"].startswith("GN-")
    assert edges(lab) == [(f"{tube_euid}->{sample_euid}", kind) for kind in ("generic", "holds", "held")]


@pytest.mark.parametrize(
    ("parent", "child", "message"),
    [
        ("CX-1A", "CX-1A", "RUN001"),
        (10**9, 10**9 + 1, "RUN002"),
        ("sample", "queue", None),
        ("tube", "tube", "would close a cycle"),
        ("client", "queue", "RUN013"),
    ],
)
def test_what_cannot_be_linked_is_an_error(lab: Lab, parent: Any, child: Any, message: str | None) -> None:
    specimen = lab.specimen()
    codes = {"sample": SAMPLE, "queue": QUEUE, "client": CLIENT, "tube": TUBE}
    known = {name: made(lab, code)[1] for name, code in codes.items() if name in {parent, child}}
    captured = {"parent_uuid": known.get(parent, parent), "child_uuid": known.get(child, child)}
    result = lab.act(specimen, "link_objects", captured, by=CORE)
    if message is None:
        assert result["status"] == "success"
        return
    assert message in result["message"]
    assert edges(lab) == []
    assert lab.executed(specimen, "link_objects") == ("1", "1", 1)


def test_a_deleted_instance_takes_its_edges_along_and_keeps_its_record(lab: Lab) -> None:
    uuid, (tube, _) = lab.specimen(), made(lab, TUBE)
    lab.act(uuid, "link_objects", {"parent_uuid": uuid, "child_uuid": tube}, by=CORE)
    lab.act(uuid, "soft_delete", by=CORE, user="grace")
    assert lab.read(uuid)["is_deleted"]
    assert edges(lab) == []
    with lab.db.session_scope() as session:
        told = session.scalars(select(audit_log).where(audit_log.rel_table_uuid_fk == uuid)).all()
        assert ("DELETE", "grace") in [(row.operation_type, row.changed_by) for row in told]
        record = session.scalars(select(generic_instance).where(generic_instance.subtype == "soft_delete")).one()
        assert [edge.child_instance.uuid for edge in record.parent_of_lineages] == [uuid]


def test_an_application_may_replace_a_core_action(lab: Lab) -> None:
    class Own(ActionDispatcher):
        def do_action_soft_delete(self, *_: Any) -> Any:
            return {"status": "error", "message": "nothing is deleted here"}

    uuid = lab.specimen()
    assert lab.act(uuid, "soft_delete", by=Own())["message"] == "nothing is deleted here"
    assert not lab.read(uuid)["is_deleted"]


def test_a_key_may_be_written_with_dashes(lab: Lab) -> None:
    uuid = lab.specimen()
    definition = lab.read(uuid)["actions"]["create_note"]
    with lab.db.session_scope(commit=True) as session:
        CORE.execute_action(session, uuid, "core_actions", "create-note", definition, {"note_text": "hello"})
    assert lab.read(uuid)["json_addl"]["notes"][0]["text"] == "hello"
    assert lab.executed(uuid, "create_note") == ("1", None, 1)
