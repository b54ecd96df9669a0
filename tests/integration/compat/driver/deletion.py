"""Rows deleted and brought back, by `session.delete`, by `is_deleted`, and by whole statements."""

from __future__ import annotations

from json import loads
from typing import Any

from app import TUBE, App, behaviour, history, refusal, reloaded
from daylily_tapdb import generic_instance, generic_instance_lineage
from daylily_tapdb.models.audit import audit_log


def _edge(app: App, session: Any) -> Any:
    return app.factory.link_instances(session, *app.tubes(session, 2))


def _deleted(session: Any, thing: Any) -> list[Any]:
    """Whether the row is still there and marked, and what the audit says of it."""
    session.delete(thing)
    session.flush()
    row = session.query(type(thing)).filter_by(uuid=thing.uuid).populate_existing().one()
    return [row.is_deleted, history(session, row, after=1)]


@behaviour("`session.delete(instance)` marks it deleted")
def instance(app: App) -> Any:
    with app.session() as session:
        return _deleted(session, app.create(session, TUBE))


@behaviour("`session.delete(lineage)` marks it deleted")
def lineage(app: App) -> Any:
    with app.session() as session:
        return _deleted(session, _edge(app, session))


@behaviour("`session.delete(template)` marks it deleted")
def template(app: App) -> Any:
    with app.session() as session:
        return _deleted(session, app.template(session, "deleted"))


@behaviour("`session.delete` of a parent leaves its children")
def parent(app: App) -> Any:
    with app.session() as session:
        edge = _edge(app, session)
        child = edge.child_instance
        session.delete(edge.parent_instance)
        return reloaded(session, child).is_deleted


@behaviour("the edges of a deleted instance are deleted with it")
def edges(app: App) -> Any:
    with app.session() as session:
        edge = _edge(app, session)
        session.delete(edge.parent_instance)
        return reloaded(session, edge).is_deleted


@behaviour("the edges of a restored instance are restored with it")
def edges_restored(app: App) -> Any:
    with app.session() as session:
        edge = _edge(app, session)
        parent = edge.parent_instance
        for state in (True, False):
            parent.is_deleted = state
            session.flush()
        return [reloaded(session, edge).is_deleted, history(session, edge, after=1)]


@behaviour("setting `is_deleted` deletes")
def set_deleted(app: App) -> Any:
    with app.session() as session:
        tube = app.create(session, TUBE)
        tube.is_deleted = True
        return history(session, tube, after=1)


@behaviour("clearing `is_deleted` restores")
def restored(app: App) -> Any:
    with app.session() as session:
        tube = app.create(session, TUBE)
        tube.is_deleted = True
        before = len(history(session, tube))
        tube.is_deleted = False
        return [history(session, tube, after=before), reloaded(session, tube).is_deleted]


@behaviour("deleting what is deleted is no event")
def deleted_again(app: App) -> Any:
    with app.session() as session:
        tube = app.create(session, TUBE)
        session.delete(tube)
        before = len(history(session, tube))
        session.delete(session.get(generic_instance, tube.uuid))
        return history(session, tube, after=before)


@behaviour("`query.delete()` marks every row, and counts none")
def by_query(app: App) -> Any:
    with app.session() as session:
        euids = [tube.euid for tube in app.tubes(session, 3)]
        rows = session.query(generic_instance).where(generic_instance.euid.in_(euids))
        return [rows.delete(), sorted(row.is_deleted for row in rows.populate_existing())]


@behaviour("the deleted record is in the audit row as JSON, with the same keys")
def old_record(app: App) -> Any:
    with app.session() as session:
        tube = app.create(session, TUBE)
        session.delete(tube)
        session.flush()
        row = session.query(audit_log).filter_by(rel_table_euid_fk=tube.euid, operation_type="DELETE").one()
        record = loads(row.old_value)
        return [sorted(record), record["euid"] == tube.euid, record["is_deleted"], record["json_addl"]["properties"]]


@behaviour("an instance and its edge are deleted by one flush")
def with_its_edge(app: App) -> Any:
    with app.session() as session:
        edge = _edge(app, session)
        rows = session.query(generic_instance_lineage).filter_by(uuid=edge.uuid)
        session.delete(edge.parent_instance)
        session.delete(edge)
        session.flush()
        return rows.populate_existing().one().is_deleted


@behaviour("an edge that was deleted by itself stays deleted when its instance returns")
def not_its_edge(app: App) -> Any:
    with app.session() as session:
        edge = _edge(app, session)
        edge.is_deleted = True
        session.flush()
        for state in (True, False):
            edge.parent_instance.is_deleted = state
            session.flush()
        return reloaded(session, edge).is_deleted


@behaviour("relationships go on showing the edges of a deleted instance")
def still_there(app: App) -> Any:
    with app.session() as session:
        edge = _edge(app, session)
        child = edge.child_instance
        session.delete(edge.parent_instance)
        session.flush()
        return child.child_of_lineages.count()


@behaviour("a singleton is made once and found again")
def singleton(app: App) -> Any:
    with app.session() as session:
        code = app.templates.template_code_from_template(app.template(session, "once", is_singleton=True))
        first = app.factory.get_or_create_singleton_instance(session, code, "first")
        second = app.factory.get_or_create_singleton_instance(session, code, "second")
        return [second is first, first.is_singleton, refusal(session, lambda: app.create(session, code))]


@behaviour("a deleted singleton can be made again")
def singleton_again(app: App) -> Any:
    with app.session() as session:
        code = app.templates.template_code_from_template(app.template(session, "twice", is_singleton=True))
        session.delete(app.factory.get_or_create_singleton_instance(session, code, "first"))
        session.flush()
        return refusal(session, lambda: app.factory.get_or_create_singleton_instance(session, code, "second"))


@behaviour("a deleted template is not found, and its code stays taken")
def template_taken(app: App) -> Any:
    with app.session() as session:
        made = app.template(session, "taken")
        code = app.templates.template_code_from_template(made)
        found = app.templates.get_template(session, code) is made
        made.is_deleted = True
        session.flush()
        gone = app.templates.get_template(session, code) is None
        return [found, gone, refusal(session, lambda: app.template(session, "taken"))]
