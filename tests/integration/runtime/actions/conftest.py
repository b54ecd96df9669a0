"""A laboratory whose specimens offer the core actions and some of its own, and what acts on them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pg_servers import Server
from runtime_worlds import build
from tapdb_ctl import InstanceFactory, TAPDBConnection
from tapdb_ctl.actions import ActionDispatcher
from tapdb_ctl.assets import asset
from tapdb_ctl.core.resource import Resource
from tapdb_ctl.runtime.models import generic_instance
from tapdb_ctl.runtime.models.instance import action_instance
from worlds import template

SPECIMEN = "content/specimen/blood/1.0"
OWN: dict[str, dict[str, Any]] = {"freeze": {}, "thaw": {"max_executions": "3"}, "spin": {"valid_statuses": ["thawed"]}}


def core_actions() -> dict[str, dict[str, Any]]:
    """What the shipped core pack defines, by subtype; runtime_worlds has one of its own for notes."""
    pack = json.loads((asset("templates") / "core" / "action" / "core.json").read_text())
    return {entry["subtype"]: entry["json_addl"]["action_definition"] for entry in pack["templates"]}


def templates() -> list[Resource]:
    made = {
        **{f"action/core/{name}/1.0": known for name, known in core_actions().items() if name != "create-note"},
        **{f"action/lab/{name}/1.0": known for name, known in OWN.items()},
    }
    imports = {code.split("/")[2].replace("-", "_"): code for code in ("action/core/create-note/1.0", *made)}
    offering = {"action_imports": imports, "properties": {}}
    return [
        *(
            template(
                code, prefix="XX", polymorphic_discriminator="action_template", json_addl={"action_definition": of}
            )
            for code, of in made.items()
        ),
        template(SPECIMEN, prefix="CS", polymorphic_discriminator="content_template", json_addl=offering),
    ]


@pytest.fixture(scope="session")
def runtime_template() -> Callable[[Server], str]:
    built: dict[int, str] = {}

    def on(server: Server) -> str:
        if server.major not in built:
            build(server, f"actions_{server.major}", *templates())
            built[server.major] = f"actions_{server.major}"
        return built[server.major]

    return on


@dataclass
class Lab:
    """Specimens of one database, and the actions that they offer, each in a transaction of its own."""

    db: TAPDBConnection
    factory: InstanceFactory = field(default_factory=InstanceFactory)

    def specimen(self) -> int:
        with self.db.session_scope(commit=True) as session:
            return self.factory.create_instance(session, SPECIMEN, "S").uuid

    def act(
        self, uuid: int, key: str, captured: dict[str, Any] | None = None, *, by: ActionDispatcher, **options: Any
    ) -> dict[str, Any]:
        with self.db.session_scope(commit=True) as session:
            specimen = session.get_one(generic_instance, uuid)
            return self.act_in(session, specimen, key, captured, by=by, **options)

    @staticmethod
    def act_in(
        session: Session,
        specimen: generic_instance,
        key: str,
        captured: dict[str, Any] | None = None,
        *,
        by: ActionDispatcher,
        **options: Any,
    ) -> dict[str, Any]:
        """Execute an action as the specimen offers it; `changed` is laid over its definition."""
        group = next(name for name, actions in specimen.json_addl["action_groups"].items() if key in actions)
        definition = {**specimen.json_addl["action_groups"][group][key], **options.pop("changed", {})}
        return by.execute_action(session, specimen, group, key, definition, captured, **options)

    def read(self, uuid: int) -> dict[str, Any]:
        """The specimen as others see it: status, json_addl, and what each action says of its executions."""
        with self.db.session_scope() as session:
            row = session.get_one(generic_instance, uuid)
            groups = row.json_addl["action_groups"].values()
            told = {key: action for actions in groups for key, action in actions.items()}
            return {"bstatus": row.bstatus, "is_deleted": row.is_deleted, "json_addl": row.json_addl, "actions": told}

    def executed(self, uuid: int, key: str) -> tuple[str, str | None, int]:
        """How often an action was executed, how often it failed, and how many times were noted."""
        action = self.read(uuid)["actions"][key]
        return action["action_executed"], action.get("action_failed"), len(action["executed_datetime"])

    def records(self) -> list[tuple[str, str, str]]:
        """Subtype, status and message of every record, in order."""
        with self.db.session_scope() as session:
            rows = session.scalars(select(action_instance).order_by(action_instance.uuid))
            return [(row.subtype, row.bstatus, row.json_addl["result"]["message"]) for row in rows]


@pytest.fixture
def lab_of() -> Callable[[TAPDBConnection], Lab]:
    return Lab


@pytest.fixture
def lab(db: TAPDBConnection) -> Lab:
    return Lab(db)
