"""What a definition forbids is refused: the handler does not run, nothing is counted, nothing is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tapdb_ctl.actions import ActionDispatcher
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from conftest import Lab


class Spinner(ActionDispatcher):
    def do_action_spin(self, instance: Any, *_: Any) -> Any:
        instance.bstatus = "spun"
        return {"status": "success", "message": "spun"}

    do_action_thaw = do_action_spin

    def do_action_freeze(self, *_: Any) -> Any:
        raise ValueError("no")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({}, "spin is for the statuses thawed, not 'created'"),
        ({"valid_statuses": [], "action_enabled": "0"}, "spin is disabled"),
        ({"valid_statuses": [], "action_enabled": False}, "spin is disabled"),
        ({"valid_statuses": [], "required_fields": ["speed", "rotor"]}, "spin requires rotor"),
        ({"valid_statuses": [], "max_executions": 0}, "spin was executed 0 of 0 times"),
        (
            {"valid_statuses": [], "max_executions": "many"},
            "spin cannot be counted: max_executions is 'many', no number",
        ),
    ],
)
def test_refused(lab: Lab, changed: dict[str, Any], message: str) -> None:
    uuid = lab.specimen()
    result = lab.act(uuid, "spin", {"speed": 9, "rotor": " "}, by=Spinner(), changed=changed)
    assert result == {"status": "error", "message": message}
    assert lab.read(uuid)["bstatus"] == "created"
    assert lab.executed(uuid, "spin") == ("0", None, 0)
    assert lab.records() == []


def test_the_instances_own_word_counts_where_the_caller_has_none(lab: Lab) -> None:
    uuid = lab.specimen()
    template = {"action_template_uuid": lab.read(uuid)["actions"]["spin"]["action_template_uuid"]}
    with lab.db.session_scope() as session:
        result = Spinner().execute_action(session, uuid, "lab_actions", "spin", template)
    assert result["message"] == "spin is for the statuses thawed, not 'created'"


def test_what_the_instance_disables_no_caller_enables(lab: Lab) -> None:
    uuid = lab.specimen()
    with lab.db.session_scope() as session:
        row = session.get_one(generic_instance, uuid)
        offered = row.json_addl["action_groups"]["lab_actions"]["thaw"]
        groups = row.json_addl["action_groups"]
        disabled = {**groups["lab_actions"], "thaw": {**offered, "action_enabled": "0"}}
        row.json_addl = {**row.json_addl, "action_groups": {**groups, "lab_actions": disabled}}
        assert Spinner().execute_action(session, row, "lab_actions", "thaw", offered)["message"] == "thaw is disabled"


def test_only_what_succeeded_uses_up_a_limit(lab: Lab) -> None:
    uuid = lab.specimen()
    for _ in range(3):
        assert lab.act(uuid, "freeze", by=Spinner(), changed={"max_executions": 1})["message"] == "no"
    assert lab.executed(uuid, "freeze") == ("3", "3", 3)


def test_a_deleted_instance_takes_no_action(lab: Lab) -> None:
    uuid = lab.specimen()
    lab.act(uuid, "soft_delete", by=Spinner())
    assert lab.act(uuid, "thaw", by=Spinner())["message"].endswith(" is deleted")
