"""Actions without a definition, with half of one, and with handlers and data that cannot be."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import pytest

from tapdb_ctl.actions import ActionDispatcher
from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.models import generic_instance

if TYPE_CHECKING:
    from conftest import Lab


class Freezer(ActionDispatcher):
    def do_action_freeze(self, _: Any, action_ds: Any, __: Any) -> Any:
        action_ds["handed"] = "over"
        return {"status": "success", "message": ""}

    async def do_action_spin(self, *_: Any) -> Any:
        raise AssertionError

    do_action_melt = do_action_freeze


def execute(lab: Lab, uuid: int, key: str, *arguments: Any, **options: Any) -> Any:
    with lab.db.session_scope(commit=True) as session:
        return Freezer().execute_action(session, uuid, "lab_actions", key, *arguments, **options)


def test_what_the_instance_offers_is_the_definition(lab: Lab) -> None:
    uuid = lab.specimen()
    assert execute(lab, uuid, "freeze")["status"] == "success"
    assert execute(lab, uuid, "freeze", None, {"rack": 4}, 1, "ada")["status"] == "success"
    assert lab.executed(uuid, "freeze") == ("2", None, 2)
    assert "handed" not in lab.read(uuid)["actions"]["freeze"]
    assert [status for _, status, _ in lab.records()] == ["completed", "completed"]


def test_what_the_instance_does_not_offer_names_what_it_does(lab: Lab) -> None:
    uuid = lab.specimen()
    said = execute(lab, uuid, "melt")
    assert said["status"] == "error"
    assert "does not offer lab_actions/melt; it offers " in said["message"]
    assert all(action in said["message"] for action in ("core_actions/create_note", "lab_actions/freeze"))
    assert lab.records() == []


def test_an_instance_without_actions(lab: Lab) -> None:
    uuid = lab.specimen()
    with lab.db.session_scope(commit=True) as session:
        session.get_one(generic_instance, uuid).json_addl = {"properties": {}}
    assert execute(lab, uuid, "freeze")["message"].endswith("it offers no actions")


def test_a_coroutine_is_no_handler(lab: Lab) -> None:
    uuid = lab.specimen()
    with lab.db.session_scope(commit=True) as session, warnings.catch_warnings(action="error"):
        given = {"action_template_code": "action/lab/spin/1.0", "valid_statuses": []}
        said = Freezer().execute_action(session, uuid, "lab_actions", "spin", given)
    assert (said["status"], "async def" in said["message"]) == ("error", True)


@pytest.mark.parametrize("captured", ["note", ["note_text"], 5, []])
def test_captured_data_has_keys(lab: Lab, captured: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"RUN087.*captured_data is"):
        execute(lab, lab.specimen(), "freeze", None, captured)


def test_a_definition_has_keys(lab: Lab) -> None:
    with pytest.raises(InvalidInputError, match=r"RUN087.*action_ds is 'freeze'"):
        execute(lab, lab.specimen(), "freeze", "freeze")


def test_the_template_of_records_may_be_named_by_its_code(lab: Lab) -> None:
    uuid = lab.specimen()
    assert execute(lab, uuid, "melt", {"action_template_code": "action/lab/thaw/1.0"})["status"] == "success"
    with lab.db.session_scope() as session:
        (record,) = session.query(generic_instance).filter_by(category="action")
        assert record.parent_template.subtype == "thaw"


def test_a_definition_that_names_no_template_makes_no_record(lab: Lab) -> None:
    with pytest.raises(InvalidInputError, match=r"RUN080.*neither action_template_uuid nor action_template_code"):
        execute(lab, lab.specimen(), "melt", {"action_enabled": "1"})


@pytest.mark.parametrize("code", ["action/lab/nowhere/1.0", "thaw", 5])
def test_a_code_that_no_template_has(lab: Lab, code: Any) -> None:
    with pytest.raises(InvalidInputError, match=f"RUN081.*melt: {code}"):
        execute(lab, lab.specimen(), "melt", {"action_template_code": code})
