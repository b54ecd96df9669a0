"""A handler's work stays as a whole or not at all; either way it is counted and recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import object_session

from runtime_worlds import TUBE
from tapdb_ctl.actions import ActionDispatcher
from tapdb_ctl.errors import InvalidInputError, NotFoundError
from tapdb_ctl.runtime.models import audit_log, generic_instance
from tapdb_ctl.runtime.models.instance import action_instance

if TYPE_CHECKING:
    from conftest import Lab


class Freezer(ActionDispatcher):
    """Freezes in place, and then does as `outcome` says."""

    def __init__(self, outcome: Any = None) -> None:
        self.outcome = {"status": "success", "message": "frozen"} if outcome is None else outcome
        self.acted = ""

    def do_action_freeze(self, instance: Any, _: Any, __: Any) -> Any:
        self.acted = self.user
        instance.bstatus = "frozen"
        instance.json_addl["properties"]["temperature"] = -80
        session = object_session(instance)
        session.add(_like(instance, "aliquot"))
        session.flush()
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def _like(instance: generic_instance, name: str) -> generic_instance:
    copied = ("polymorphic_discriminator", "category", "type", "subtype", "version", "template_uuid", "bstatus")
    values = {key: getattr(instance, key) for key in copied}
    return type(instance)(**values, name=name, json_addl={"properties": {}}, is_singleton=False)


def names(lab: Lab) -> set[str]:
    with lab.db.session_scope() as session:
        return set(session.scalars(select(generic_instance.name)))


def test_success_is_counted_and_recorded(lab: Lab) -> None:
    uuid = lab.specimen()
    freezer = Freezer()
    assert lab.act(uuid, "freeze", {"rack": 4}, by=freezer, user="grace") is freezer.outcome
    assert lab.executed(uuid, "freeze") == ("1", None, 1)
    assert lab.records() == [("freeze", "completed", "frozen")]
    with lab.db.session_scope() as session:
        record = session.scalars(select(action_instance)).one()
        target = session.get_one(generic_instance, uuid)
        assert (record.euid_prefix, record.parent_template.subtype, record.name) == (
            "XX",
            "freeze",
            f"freeze@{target.euid}",
        )
        told = record.json_addl
        assert (told["target_instance_uuid"], told["target_instance_euid"]) == (uuid, target.euid)
        assert (told["captured_data"], told["executed_by"], told["action_key"]) == ({"rack": 4}, "grace", "freeze")
        (edge,) = record.parent_of_lineages
        assert (edge.child_instance is target, edge.relationship_type) == (True, "acted_on")


def test_what_a_handler_changes_in_place_is_written(lab: Lab) -> None:
    uuid = lab.specimen()
    lab.act(uuid, "freeze", by=Freezer())
    seen = lab.read(uuid)
    assert (seen["bstatus"], seen["json_addl"]["properties"]) == ("frozen", {"temperature": -80})
    assert "aliquot" in names(lab)


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        (ValueError("the freezer is full"), "the freezer is full"),
        (KeyError(), "KeyError"),
        ({"status": "error", "message": "the freezer is warm"}, "the freezer is warm"),
        ("done", "the handler gave no result with a status"),
        ({"message": "done"}, "the handler gave no result with a status"),
        ({"status": "success", "message": "\0"}, "a text contains a zero byte"),
        ({"status": "success", "message": "\ud800"}, "surrogates not allowed"),
        ({"status": "success", "celsius": float("nan")}, "not JSON compliant"),
    ],
)
def test_failure_leaves_its_count_and_record_alone(lab: Lab, outcome: Any, message: str) -> None:
    uuid = lab.specimen()
    with lab.db.session_scope(commit=True) as session:
        specimen = session.get_one(generic_instance, uuid)
        result = lab.act_in(session, specimen, "freeze", by=Freezer(outcome))
        assert specimen.bstatus == "created"
        assert specimen.json_addl["properties"] == {}
    assert result["status"] == "error"
    assert message in result["message"]
    seen = lab.read(uuid)
    assert (seen["bstatus"], seen["json_addl"]["properties"]) == ("created", {})
    assert lab.executed(uuid, "freeze") == ("1", "1", 1)
    assert [record[:2] for record in lab.records()] == [("freeze", "failed")]
    assert "aliquot" not in names(lab)


def test_what_came_before_a_failure_stays(lab: Lab) -> None:
    uuid = lab.specimen()
    with lab.db.session_scope(commit=True) as session:
        tube = lab.factory.create_instance(session, TUBE, "before")
        tube.bstatus = "full"
        lab.act_in(session, session.get_one(generic_instance, uuid), "freeze", by=Freezer(ValueError("no")))
        assert tube.bstatus == "full"
    assert "before" in names(lab)


def test_what_a_failure_changed_in_other_objects_is_read_anew(lab: Lab) -> None:
    class Spilling(ActionDispatcher):
        def do_action_freeze(self, *_: Any) -> Any:
            tube.json_addl["properties"]["volume"] = 0
            raise ValueError("spilt")

    uuid = lab.specimen()
    with lab.db.session_scope() as session:
        tube = lab.factory.create_instance(session, TUBE, "T")
        lab.act_in(session, session.get_one(generic_instance, uuid), "freeze", by=Spilling())
        assert tube.json_addl["properties"]["volume"] == 1


def test_an_error_of_the_database_tells_no_values(lab: Lab) -> None:
    class Breaking(ActionDispatcher):
        def do_action_freeze(self, instance: Any, _: Any, __: Any) -> Any:
            object_session(instance).execute(text("SELECT 1 / CAST(:hidden AS int)"), {"hidden": "0"})

    uuid = lab.specimen()
    assert lab.act(uuid, "freeze", by=Breaking()) == {"status": "error", "message": "division by zero"}
    assert lab.records() == [("freeze", "failed", "division by zero")]


def test_the_log_tells_no_values(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    class Breaking(ActionDispatcher):
        def do_action_freeze(self, instance: Any, _: Any, captured: Any) -> Any:
            object_session(instance).execute(text("SELECT CAST(:word AS text), 1 / 0"), captured)

    lab.act(lab.specimen(), "freeze", {"word": "hush"}, by=Breaking())
    assert "Action freeze failed" in caplog.text
    assert "hush" not in caplog.text


def test_the_user_is_whom_the_audit_names(lab: Lab) -> None:
    uuid = lab.specimen()
    freezer = Freezer()
    with lab.db.session_scope(commit=True) as session:
        specimen = session.get_one(generic_instance, uuid)
        specimen.name = "renamed before"
        lab.act_in(session, specimen, "freeze", by=freezer, user="grace")
        specimen.name = "renamed after"
    assert freezer.acted == "grace"
    with lab.db.session_scope() as session:
        rows = session.scalars(select(audit_log).where(audit_log.operation_type == "UPDATE").order_by(audit_log.uuid))
        told = [(row.column_name, row.changed_by) for row in rows if row.rel_table_uuid_fk == uuid]
    assert told == [("name", "tester"), ("bstatus", "grace"), ("json_addl", "grace"), ("name", "tester")]


def test_the_user_is_named_for_a_failure_too(lab: Lab) -> None:
    uuid = lab.specimen()
    lab.act(uuid, "freeze", by=Freezer(ValueError("no")), user="grace")
    with lab.db.session_scope() as session:
        rows = session.scalars(select(audit_log).where(audit_log.changed_by == "grace"))
        assert {row.rel_table_name for row in rows} == {"generic_instance", "generic_instance_lineage"}


def test_after_an_interruption_the_audit_names_who_it_named_before(lab: Lab) -> None:
    class Interrupted(ActionDispatcher):
        def do_action_freeze(self, *_: Any) -> Any:
            raise KeyboardInterrupt

    uuid = lab.specimen()
    with lab.db.session_scope(commit=True) as session:
        specimen = session.get_one(generic_instance, uuid)
        with pytest.raises(KeyboardInterrupt):
            lab.act_in(session, specimen, "freeze", by=Interrupted(), user="grace")
        specimen.name = "renamed after"
    with lab.db.session_scope() as session:
        assert session.scalars(select(audit_log.changed_by).where(audit_log.column_name == "name")).all() == ["tester"]


def test_an_action_within_another_leaves_what_the_outer_one_changed_in_place(lab: Lab) -> None:
    class Nesting(Freezer):
        def do_action_thaw(self, instance: Any, _: Any, __: Any) -> Any:
            instance.json_addl["properties"]["temperature"] = 20
            inner = instance if self.outcome["message"] == "itself" else other
            assert lab.act_in(object_session(instance), inner, "freeze", by=self)["status"] == "error"
            return {"status": "success", "message": "thawed"}

    for message in ("other", "itself"):
        uuid, beside = lab.specimen(), lab.specimen()
        with lab.db.session_scope(commit=True) as session:
            other = session.get_one(generic_instance, beside)
            nesting = Nesting({"status": "error", "message": message})
            lab.act_in(session, session.get_one(generic_instance, uuid), "thaw", by=nesting)
        assert lab.read(uuid)["json_addl"]["properties"] == {"temperature": 20}
        assert lab.executed(uuid, "thaw") == ("1", None, 1)


def test_what_a_failure_changed_in_bulk_is_read_anew(lab: Lab) -> None:
    class Spilling(ActionDispatcher):
        def do_action_freeze(self, instance: Any, _: Any, __: Any) -> Any:
            lab.factory.update_many(object_session(instance), {tube: {"name": "spilt"}})
            raise ValueError(tube.name)

    uuid = lab.specimen()
    with lab.db.session_scope() as session:
        tube = lab.factory.create_instance(session, TUBE, "T")
        said = lab.act_in(session, session.get_one(generic_instance, uuid), "freeze", by=Spilling())
        assert (said["message"], tube.name) == ("spilt", "T")


def test_without_a_user_it_is_whom_the_session_names(lab: Lab) -> None:
    freezer = Freezer()
    lab.act(lab.specimen(), "freeze", by=freezer)
    with lab.db.session_scope() as session:
        assert session.scalars(select(action_instance)).one().json_addl["executed_by"] == freezer.acted == "tester"


def test_a_handler_may_delete_its_instance_through_the_session(lab: Lab) -> None:
    class Shredder(ActionDispatcher):
        def do_action_freeze(self, instance: Any, _: Any, __: Any) -> Any:
            object_session(instance).delete(instance)
            return {"status": "success", "message": "gone"}

    uuid = lab.specimen()
    lab.act(uuid, "freeze", by=Shredder())
    assert lab.read(uuid)["is_deleted"]
    assert lab.executed(uuid, "freeze") == ("1", None, 1)
    assert lab.records() == [("freeze", "completed", "gone")]


@pytest.mark.parametrize("end", ["commit", "rollback"])
@pytest.mark.parametrize("outcome", [None, ValueError("no")])
def test_a_handler_cannot_end_the_transaction(lab: Lab, end: str, outcome: Any) -> None:
    class Hasty(ActionDispatcher):
        def do_action_freeze(self, instance: Any, _: Any, __: Any) -> Any:
            getattr(object_session(instance), end)()
            if outcome:
                raise outcome
            return {"status": "success", "message": "too early"}

    uuid = lab.specimen()
    with pytest.raises(InvalidInputError, match="RUN085"):
        lab.act(uuid, "freeze", by=Hasty(), user="grace")
    assert lab.executed(uuid, "freeze") == ("0", None, 0)


def test_a_status_of_the_applications_own_is_kept(lab: Lab) -> None:
    uuid = lab.specimen()
    lab.act(uuid, "freeze", by=Freezer({"status": "queued", "message": "later"}))
    assert lab.read(uuid)["bstatus"] == "frozen"
    assert lab.records() == [("freeze", "queued", "later")]


def test_no_record_is_made_where_none_is_wanted(lab: Lab) -> None:
    uuid = lab.specimen()
    wanted: dict[str, Any] = {"create_action_record": False, "changed": {"action_template_uuid": None}}
    lab.act(uuid, "freeze", by=Freezer(), **wanted)
    lab.act(uuid, "freeze", by=Freezer(ValueError("no")), **wanted)
    assert lab.records() == []
    assert lab.executed(uuid, "freeze") == ("2", "1", 2)


@pytest.mark.parametrize(("given", "code"), [("x", "RUN080"), (-1, "RUN081"), ("", "RUN080")])
def test_a_record_wants_a_template(lab: Lab, given: Any, code: str) -> None:
    uuid = lab.specimen()
    freezer = Freezer()
    with pytest.raises(ValueError, match=code):
        lab.act(uuid, "freeze", by=freezer, changed={"action_template_uuid": given})
    assert freezer.acted == ""
    assert lab.executed(uuid, "freeze") == ("0", None, 0)


@pytest.mark.parametrize(
    "given",
    [
        *({"captured": {"text": wrong}} for wrong in ("\0", "\ud800", float("nan"))),
        *({"changed": {"text": wrong}} for wrong in ("\0", "\ud800", float("nan"))),
        {"user": "gr\0ce"},
    ],
)
def test_what_no_record_can_hold_is_refused_first(lab: Lab, given: dict[str, Any]) -> None:
    uuid, freezer = lab.specimen(), Freezer()
    result = lab.act(uuid, "freeze", by=freezer, **given)
    assert (result["status"], "RUN082" in result["message"], freezer.acted) == ("error", True, "")
    assert (lab.executed(uuid, "freeze"), lab.records()) == (("0", None, 0), [])


@pytest.mark.parametrize(
    ("outcome", "recorded"),
    [
        ({"status": "error", "message": "z\0"}, "z\\x00"),
        ({"status": "error", "message": "s\ud800"}, "s\\ud800"),
        ({"status": "error", "message": "warm", "celsius": float("nan")}, "warm"),
        (ValueError("z\0"), "z\\x00"),
    ],
)
def test_a_failure_that_no_record_can_hold_is_told_in_other_words(lab: Lab, outcome: Any, recorded: str) -> None:
    uuid = lab.specimen()
    assert lab.act(uuid, "freeze", by=Freezer(outcome))["status"] == "error"
    assert lab.executed(uuid, "freeze") == ("1", "1", 1)
    assert lab.records() == [("freeze", "failed", recorded)]


def test_an_action_nobody_handles_is_an_error(lab: Lab) -> None:
    uuid = lab.specimen()
    result = lab.act(uuid, "freeze", by=ActionDispatcher())
    assert result == {"status": "error", "message": "No handler for action: freeze"}
    assert lab.executed(uuid, "freeze") == ("0", None, 0)


def test_the_instance_may_be_named_by_its_euid(lab: Lab) -> None:
    uuid = lab.specimen()
    with lab.db.session_scope(commit=True) as session:
        specimen = session.get_one(generic_instance, uuid)
        definition = specimen.json_addl["action_groups"]["lab_actions"]["freeze"]
        Freezer().execute_action(session, specimen.euid, "lab_actions", "freeze", definition)
        assert specimen.bstatus == "frozen"
        with pytest.raises(NotFoundError):
            Freezer().execute_action(session, 999_999, "lab_actions", "freeze", definition)
