"""What type checkers make of sessions, the factory, models and hooks. Read by mypy, never run."""

from __future__ import annotations

from datetime import datetime
from typing import Any, assert_type

from sqlalchemy.orm import Session

from tapdb_ctl import InstanceFactory, TAPDBConnection, TemplateManager
from tapdb_ctl.runtime.connections.replicas import RoutedSession
from tapdb_ctl.runtime.connections.retrying import RetryPolicy
from tapdb_ctl.runtime.models import generic_instance, generic_instance_lineage, generic_template
from tapdb_ctl.runtime.models.instance import container_instance


def sessions(db: TAPDBConnection) -> None:
    with db.session_scope(commit=True, actor="ada") as session:
        assert_type(session, RoutedSession)
    assert_type(db.get_session(), RoutedSession)

    def work(_: Session, name: str) -> int:
        return len(name)

    assert_type(db.run(work, "x", retry=RetryPolicy(attempts=2)), int)
    db.run(work, 7)  # type: ignore[arg-type]  # a name is text
    db.session_scope("yes")  # type: ignore[arg-type]


def creating(session: Session, factory: InstanceFactory) -> None:
    made = factory.create_instance(session, "container/tube/x/1.0", "T", {"volume": 1})
    assert_type(made, generic_instance)
    assert_type(factory.link_instances(session, made, "CX-Z8A"), generic_instance_lineage)
    assert_type(factory.create_instances(session, "container/tube/x/1.0", [{"name": "T"}]), list[str])
    assert_type(factory.update_instance(session, made, {"bstatus": "full"}), bool)
    factory.create_instance(session, "container/tube/x/1.0")  # type: ignore[call-arg]  # a name is missing


def templates(session: Session, manager: TemplateManager) -> None:
    assert_type(manager.get_template(session, "container/tube/x/1.0"), generic_template | None)
    assert_type(manager.list_templates(session, category="container"), list[generic_template])


def attributes(tube: container_instance, edge: generic_instance_lineage) -> None:
    assert_type(tube.uuid, int)
    assert_type(tube.euid, str)
    assert_type(tube.json_addl, dict[str, Any])
    assert_type(tube.created_dt, datetime)
    assert_type(tube.modified_dt, datetime | None)
    assert_type(tube.parent_template, generic_template)
    assert_type(tube.get_sorted_parent_of_lineages(), list[generic_instance_lineage])
    assert_type(edge.child_instance, generic_instance)
    tube.nmae = "x"  # type: ignore[attr-defined]


def hooks(db: TAPDBConnection) -> None:
    @db.hooks.before_create
    def stamp(_: Session, instance: generic_instance) -> None:
        instance.bstatus = "stamped"

    assert_type(stamp(Session(), generic_instance()), None)

    @db.hooks.after_link
    def tell(_: Session, edge: generic_instance_lineage) -> str:
        return edge.relationship_type

    assert_type(tell(Session(), generic_instance_lineage()), str)
    db.hooks.before_link(stamp)  # type: ignore[type-var]  # it is for instances
    db.hooks.on("during", "create")  # type: ignore[arg-type]
