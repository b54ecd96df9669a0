"""Plans made by hand, with the real providers' steps, for tests of what is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import Adopt, Create, Delete, Replace, Update
from tapdb_ctl.core.grading import grade
from tapdb_ctl.core.plan import Plan
from tapdb_ctl.core.resource import Resource
from tapdb_ctl.engine.planning import planned
from tapdb_ctl.errors import Finding, Severity, Where
from tapdb_ctl.providers.postgres.connector import Connector
from tapdb_ctl.providers.postgres.creation import DatabaseProvider
from tapdb_ctl.providers.postgres.provider import PostgresProvider
from tapdb_ctl.providers.postgres.target import Settings
from tapdb_ctl.providers.server.provider import ServerProvider
from tapdb_ctl.providers.server.server import EmbeddedServer
from worlds import template

if TYPE_CHECKING:
    from pathlib import Path

    from tapdb_ctl.core.change import Change

FILES = {"10_tables.sql": "CREATE TABLE generic_template ();\n"}


def plan_of(*changes: Change, findings: tuple[Finding, ...] = (), guards: tuple[Finding, ...] = ()) -> Plan:
    """A plan of environment dev that makes these changes, with the steps that the providers give them."""
    connector = Connector(lambda: None, Settings())
    postgres = PostgresProvider(connector, FILES, "dev")
    live = {change.address: "0123456789abcdef" for change in changes}
    made = planned(changes, [DatabaseProvider(connector), postgres])
    graded = tuple(replace(each, grade=grade(each.change)) for each in made)
    return Plan("dev", "a" * 64, ("lab",), live, graded, findings, guards)


def server_steps(folder: Path) -> ServerProvider:
    """A provider whose steps can be asked for; its server is never made."""
    return ServerProvider(EmbeddedServer("dev", 16, folder, folder), lambda _: None)


PLATE = template(
    "container/plate/p96/1.0",
    name="Plate",
    json_addl={
        "properties": {"name": "Plate", "wells": 96, "note": "n" * 150 + " old end"},
        "action_imports": {},
        "instantiation_layouts": [{"child_templates": ["content/well/w/1.0"]}],
    },
)
PLATE_AFTER = replace(
    PLATE,
    attributes={
        **PLATE.attributes,
        "bstatus": "active 2",
        "json_addl": {
            "properties": {"name": "Plate", "wells": 384, "note": "n" * 150 + " new end", "odd.key \x1b[31m": True},
            "instantiation_layouts": [{"child_templates": ["content/well/w/2.0"]}],
        },
    },
    protected=True,
)
RETIRED = replace(
    template("container/tube/old/1.0", name="Old tube"),
    owner=None,
)
REVIVED_BEFORE = replace(RETIRED, attributes={**RETIRED.attributes, "is_deleted": True})
REVIVED = replace(RETIRED, owner="lab")
GONE = template("container/tube/gone/1.0", name="Gone", json_addl={})
DATABASE = Resource(Address("database", "tapdb_dev"), {"encoding": "UTF8"})
PREFIX = Resource(Address("prefix", "CX"), {"sequence": "cx_instance_seq"})

WARNING = Finding(
    "PLN003",
    "something owned is no longer declared and stays",
    "template.container/tube/left/1.0 is owned by catalogue lab, which does not prune",
    "set `prune: true` on the catalogue or pass --prune to retire it",
    severity=Severity.WARNING,
    address="template.container/tube/left/1.0",
)
MISTAKE = Finding(
    "TPL012",
    "a reference leads nowhere",
    "action_imports.x names no/such/thing/1.0, which no catalogue declares",
    "declare it, or correct the code",
    where=Where("templates/lab/x.json", 12, 9, '\t"x": "no/such/thing/1.0",'),
)

EVERY_KIND: tuple[Change, ...] = (
    Create(DATABASE),
    Create(PREFIX),
    Create(template("container/tube/new/1.0", name="New \x1b]0;owned\x07 tube\nsecond line")),
    Update(PLATE, PLATE_AFTER),
    Update(REVIVED_BEFORE, REVIVED, "revived"),
    Adopt(replace(template("container/tube/found/1.0"), owner=None), template("container/tube/found/1.0")),
    Delete(GONE),
)

REPLACED = Replace(
    Resource(Address("stack", "Cluster"), {"engine": "15", "name": "a"}),
    Resource(Address("stack", "Cluster"), {"engine": "16", "name": "a"}),
    ("engine",),
)
