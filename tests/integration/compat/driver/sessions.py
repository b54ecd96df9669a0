"""Connections and sessions: who acts, what is kept, what can be reflected, which rights are enough."""

from __future__ import annotations

import os
from typing import Any

from app import TUBE, App, behaviour, refusal, scalar
from daylily_tapdb import TAPDBConnection, generic_instance
from daylily_tapdb.models.audit import audit_log
from sqlalchemy import text

TABLES = (
    "generic_template",
    "generic_instance",
    "generic_instance_lineage",
    "audit_log",
    "tapdb_user",
    "tapdb_identity_prefix_config",
)


def _actor(app: App, session: Any) -> Any:
    tube = app.create(session, TUBE)
    return session.query(audit_log).filter_by(rel_table_euid_fk=tube.euid).one().changed_by


@behaviour("`session_scope` gives the audit the application's user")
def named(app: App) -> Any:
    with app.session() as session:
        return _actor(app, session)


@behaviour("a session that names no user is audited under its role")
def unnamed(app: App) -> Any:
    with app.db.get_session() as session:
        return _actor(app, session) == scalar(session, "SELECT session_user")


@behaviour("`session_scope(commit=False)` keeps nothing")
def rolled_back(app: App) -> Any:
    with app.session(commit=False) as session:
        uuid = app.create(session, TUBE).uuid
    with app.session() as session:
        return session.get(generic_instance, uuid)


@behaviour("an error inside `session_scope` keeps nothing, and the pool goes on")
def failed(app: App) -> Any:
    try:
        with app.session() as session:
            uuid = app.create(session, TUBE).uuid
            raise KeyError  # noqa: TRY301
    except KeyError:
        with app.session() as session:
            return session.get(generic_instance, uuid)


@behaviour("a connection is made from host, user, password and database")
def from_parts(_: App) -> Any:
    parts = {name: os.environ[f"TAPDB_DEV_{name}"] for name in ("HOST", "PORT", "USER", "PASSWORD", "DATABASE")}
    host = f"{parts['HOST']}:{parts['PORT']}"
    with (
        TAPDBConnection(
            db_hostname=host, db_user=parts["USER"], db_pass=parts["PASSWORD"], db_name=parts["DATABASE"]
        ) as db,
        db.session_scope() as session,
    ):
        return scalar(session, "SELECT count(*) > 0 FROM generic_template")


@behaviour("`reflect_tables` finds the tables")
def reflected(app: App) -> Any:
    app.db.reflect_tables()
    return [name in app.db.AutomapBase.classes for name in TABLES]


@behaviour("the audit of an object is queried by EUID, and read-only columns are filled")
def audit_query(app: App) -> Any:
    with app.session() as session:
        tube = app.create(session, TUBE)
        tube.name = "renamed"
        session.flush()
        rows = session.query(audit_log).filter_by(rel_table_euid_fk=tube.euid).order_by(audit_log.changed_at)
        first = rows.first()
        filled = [first.euid_prefix, first.rel_table_name, first.rel_table_uuid_fk == tube.uuid, first.operation_type]
        return [*filled, first.changed_at.tzinfo is not None, first.is_deleted, first.is_singleton]


@behaviour("a role with rights to the three tables alone can create, update and delete")
def as_a_role(app: App) -> Any:
    with app.session(commit=False) as session:
        session.execute(text("CREATE ROLE compat_writer"))
        for right in ("USAGE ON SCHEMA public", "SELECT, INSERT, UPDATE, DELETE ON " + ", ".join(TABLES[:3])):
            session.execute(text(f"GRANT {right} TO compat_writer"))
        session.execute(text("SET LOCAL ROLE compat_writer"))
        return refusal(session, lambda: _work(app, session))


def _work(app: App, session: Any) -> None:
    parent, child = app.tubes(session, 2)
    session.delete(app.factory.link_instances(session, parent, child))
    child.name = "renamed"
    session.flush()


@behaviour("a role with rights to every table and sequence, but not to create, can create an object")
def without_create(app: App) -> Any:
    with app.session(commit=False) as session:
        session.execute(text("CREATE ROLE compat_writer"))
        for right in ("USAGE ON SCHEMA", "ALL ON ALL TABLES IN SCHEMA", "ALL ON ALL SEQUENCES IN SCHEMA"):
            session.execute(text(f"GRANT {right} public TO compat_writer"))
        session.execute(text("SET LOCAL ROLE compat_writer"))
        return refusal(session, lambda: app.create(session, TUBE))


@behaviour("the next session's user is its own, on the same connection")
def two_users(app: App) -> Any:
    with app.session() as session:
        uuid = app.create(session, TUBE).uuid
    with app.session() as session:
        session.execute(text("SET LOCAL session.current_username = 'grace'"))
        session.get(generic_instance, uuid).name = "renamed"
        session.flush()
        rows = session.query(audit_log).filter_by(rel_table_name="generic_instance", rel_table_uuid_fk=uuid)
        return sorted({(row.operation_type, row.changed_by) for row in rows})
