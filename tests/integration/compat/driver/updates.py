"""Rows updated through the ORM, and what the audit makes of it."""

from __future__ import annotations

from datetime import timedelta
from json import loads
from typing import Any

from app import TUBE, App, behaviour, history, refusal, reloaded
from daylily_tapdb import generic_instance
from daylily_tapdb.models.audit import audit_log
from sqlalchemy import text
from sqlalchemy.orm.attributes import flag_modified


@behaviour("an updated column is audited with its old and new value")
def one_column(app: App) -> Any:
    with app.session() as session:
        tube = app.create(session, TUBE)
        tube.bstatus = "full"
        return history(session, tube, after=1)


@behaviour("so is a JSON column, as text that is JSON")
def json_column(app: App) -> Any:
    with app.session() as session:
        tube = app.create(session, TUBE)
        tube.json_addl = {**tube.json_addl, "properties": {"volume": None, "name": 'é \\ "'}}
        session.flush()
        row = session.query(audit_log).filter_by(rel_table_euid_fk=tube.euid, column_name="json_addl").one()
        return [loads(value)["properties"] for value in (row.old_value, row.new_value)]


@behaviour("`flag_modified` on an unchanged row raises nothing")
def flagged(app: App) -> Any:
    with app.session() as session:
        tube = app.create(session, TUBE)
        flag_modified(tube, "json_addl")
        session.flush()
        return type(reloaded(session, tube)).__name__


@behaviour("`flag_modified` on an unchanged row is no event")
def flagged_history(app: App) -> Any:
    with app.session() as session:
        tube = app.create(session, TUBE)
        flag_modified(tube, "json_addl")
        return history(session, tube, after=1)


@behaviour("`modified_dt` moves when a row changes, and the ORM sees it")
def dated(app: App) -> Any:
    with app.session() as session:
        uuid = app.create(session, TUBE).uuid
    with app.session() as session:
        tube = session.get(generic_instance, uuid)
        before = tube.modified_dt
        tube.name = "changed"
        session.flush()
        return [tube.modified_dt > before, tube.modified_dt - tube.created_dt < timedelta(minutes=5)]


@behaviour("`modified_dt` stays when a row does not change")
def not_dated(app: App) -> Any:
    with app.session() as session:
        uuid = app.create(session, TUBE).uuid
    with app.session() as session:
        tube = session.get(generic_instance, uuid)
        before = tube.modified_dt
        flag_modified(tube, "json_addl")
        return reloaded(session, tube).modified_dt == before


@behaviour("`query.update()` counts every row that it matches, changed or not")
def by_query(app: App) -> Any:
    with app.session() as session:
        uuids = [tube.uuid for tube in app.tubes(session, 3)]
        rows = session.query(generic_instance).where(generic_instance.uuid.in_(uuids))
        return [rows.update({"bstatus": "full"}), rows.update({"bstatus": "full"})]


@behaviour("a template is updated through the ORM, a NULL included")
def template(app: App) -> Any:
    with app.session() as session:
        made = app.template(session, "updated", instance_polymorphic_identity="data_instance")
        made.instance_polymorphic_identity = None
        return [entry for entry in history(session, made, after=1) if not entry.endswith("_dt")]


@behaviour("TRUNCATE is refused")
def truncate(app: App) -> Any:
    with app.session(commit=False) as session:
        return refusal(session, lambda: session.execute(text("TRUNCATE generic_instance_lineage")))


@behaviour("history cannot be rewritten")
def rewritten(app: App) -> Any:
    with app.session(commit=False) as session:
        return refusal(session, lambda: session.query(audit_log).update({"changed_by": "somebody else"}))
