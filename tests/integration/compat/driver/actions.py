"""Actions: dispatched, counted in the object, recorded as objects of their own."""

from __future__ import annotations

import logging
from typing import Any

from app import PLATE, App, behaviour, history, reloaded
from daylily_tapdb import ActionDispatcher, action_instance

logging.getLogger("daylily_tapdb.actions.dispatcher").setLevel(logging.CRITICAL)


class Dispatcher(ActionDispatcher):
    def do_action_create_note(self, instance: Any, _: Any, captured: Any) -> dict[str, Any]:
        if not captured:
            raise ValueError("a note needs a text")
        instance.bstatus = "noted"
        return {"status": "success", "message": captured["note_text"]}


def _execute(app: App, session: Any, captured: dict[str, str]) -> tuple[Any, Any]:
    plate = app.create(session, PLATE, create_children=False)
    definition = plate.json_addl["action_groups"]["core_actions"]["create_note"]
    arguments = ("core_actions", "create_note", definition, captured)
    return plate, Dispatcher().execute_action(session, plate, *arguments, user="ada")


def _tracked(session: Any, plate: Any) -> list[Any]:
    action = reloaded(session, plate).json_addl["action_groups"]["core_actions"]["create_note"]
    return [action["action_executed"], len(action["executed_datetime"]), plate.bstatus]


@behaviour("actions of a template are copied into its instances")
def materialized(app: App) -> Any:
    with app.session() as session:
        plate = app.create(session, PLATE, create_children=False)
        action = reloaded(session, plate).json_addl["action_groups"]["core_actions"]["create_note"]
        template = app.templates.get_template(session, action["action_template_code"])
        return [action["action_template_uuid"] == template.uuid, action["action_executed"], action["action_type"]]


@behaviour("an action is executed and counted")
def executed(app: App) -> Any:
    with app.session() as session:
        plate, result = _execute(app, session, {"note_text": "hello"})
        return [result, *_tracked(session, plate)]


@behaviour("its record is an object made from the action's template")
def recorded(app: App) -> Any:
    with app.session() as session:
        plate, _ = _execute(app, session, {"note_text": "hello"})
        record = session.query(action_instance).filter_by(name=f"create_note@{plate.euid}").one()
        told = {key: record.json_addl[key] for key in ("captured_data", "executed_by", "action_key", "result")}
        about = record.json_addl["target_instance_uuid"] == plate.uuid
        return [record.euid_prefix, record.parent_template.subtype, record.bstatus, about, told]


@behaviour("an action that fails is counted and not recorded")
def failed(app: App) -> Any:
    with app.session() as session:
        plate, result = _execute(app, session, {})
        records = session.query(action_instance).filter_by(name=f"create_note@{plate.euid}").count()
        return [result, *_tracked(session, plate), records]


@behaviour("the audit of an action: the status that it set, and its count")
def audited(app: App) -> Any:
    with app.session() as session:
        plate, _ = _execute(app, session, {"note_text": "hello"})
        return history(session, plate, after=1)
