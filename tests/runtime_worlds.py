"""Fixtures for the runtime library: `db`, a connection to a database of its own with the templates below.

The database is applied once by the reconciler and cloned for each test, so that every test may commit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tapdb_ctl import TAPDBConnection
from tapdb_ctl.runtime.factory import InstanceFactory
from tapdb_ctl.runtime.templates import TemplateManager
from worlds import World, environment, indexed, template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pg_servers import Server
    from tapdb_ctl.core.resource import Desired, Resource

PLATE, WELL, TUBE, BOX, RACK = (f"container/{kind}/x/1.0" for kind in ("plate", "well", "tube", "box", "rack"))
SAMPLE, STRICT = "content/sample/dna/1.0", "content/sample/strict/1.0"
QUEUE, CLIENT, NOTE = "workflow_step/queue/main/1.0", "actor/client/only/1.0", "action/core/create-note/1.0"

SCHEMA = {
    "type": "object",
    "properties": {
        "properties": {
            "type": "object",
            "required": ["barcode"],
            "properties": {"barcode": {"type": "string", "pattern": "^BC"}, "volume": {"type": "number", "minimum": 0}},
        }
    },
}


def templates() -> list[Resource]:
    """A small laboratory: a plate of 96 wells, tubes that hold samples, and one of each odd kind."""
    return [
        _template(PLATE, instantiation_layouts=[{"child_templates": [_child(WELL, 96, "W{index}")]}]),
        _template(WELL, properties={"volume": 0}),
        _template(TUBE, properties={"volume": 1, "maker": {"name": "acme", "country": "CH"}}, default_status="empty"),
        _template(
            BOX,
            instantiation_layouts=[
                {
                    "relationship_type": "holds",
                    "name_pattern": "{parent_name}-{i}",
                    "child_templates": [_child(TUBE, 2)],
                },
                {"child_templates": [WELL]},
            ],
        ),
        _template(RACK, expected_outputs=[SAMPLE], instantiation_layouts=[{"child_templates": [WELL]}]),
        _template(SAMPLE, "CS", "content_template", properties={"concentration": 1.5}),
        _template(STRICT, "CS", "content_template", {"json_addl_schema": SCHEMA}),
        _template(QUEUE, "WSX", "workflow_step_template", expected_inputs=[TUBE, "content/sample/dna/*"]),
        _template(CLIENT, "AY", "actor_template", {"is_singleton": True}),
        _template(NOTE, "XX", "action_template", action_definition={"required_fields": ["note_text"]}),
    ]


def _template(
    code: str,
    prefix: str = "CX",
    discriminator: str = "container_template",
    changed: dict[str, Any] | None = None,
    **json_addl: Any,
) -> Resource:
    return template(
        code, prefix=prefix, polymorphic_discriminator=discriminator, json_addl=json_addl, **(changed or {})
    )


def _child(code: str, count: int, pattern: str | None = None) -> dict[str, Any]:
    return {"template_code": code, "count": count, **({"name_pattern": pattern} if pattern else {})}


def build(server: Server, name: str, *more: Resource) -> World:
    """Make a database with these templates by applying them."""
    server.run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
    world = World(server, name)
    world.converge(laboratory(*templates(), *more))
    return world


def laboratory(*wanted: Resource) -> Desired:
    """An environment of these templates, with the index on tubes."""
    return environment(*wanted, indexes=[indexed(TUBE, "properties.barcode")])


def connected(server: Server, database: str, **options: Any) -> TAPDBConnection:
    """A connection as an application makes one."""
    return TAPDBConnection(
        db_hostname=f"{server.host}:{server.port}",
        db_user=server.user,
        db_pass=server.password,
        db_name=database,
        **{"app_username": "tester", **options},
    )


@pytest.fixture(scope="session")
def runtime_template() -> Callable[[Server], str]:
    """The name of the database that others are clones of, on a server."""
    built: dict[int, str] = {}

    def on(server: Server) -> str:
        if server.major not in built:
            build(server, f"runtime_{server.major}")
            built[server.major] = f"runtime_{server.major}"
        return built[server.major]

    return on


@pytest.fixture
def runtime_database(runtime_template: Callable[[Server], str]) -> Iterator[Callable[[Server], str]]:
    """A factory of databases with the templates, dropped after the test."""
    made: list[tuple[Server, str]] = []

    def make(server: Server) -> str:
        source = runtime_template(server)
        name = f"{source}_{len(made)}"
        server.run(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")
        made.append((server, name))
        return name

    yield make
    for server, name in made:
        server.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def db(pg16: Server, runtime_database: Callable[[Server], str]) -> Iterator[TAPDBConnection]:
    """On PostgreSQL 16, the version that tapdb embeds by default."""
    with connected(pg16, runtime_database(pg16)) as connection:
        yield connection


@pytest.fixture
def each_db(server: Server, runtime_database: Callable[[Server], str]) -> Iterator[TAPDBConnection]:
    """On each version in turn."""
    with connected(server, runtime_database(server)) as connection:
        yield connection


@pytest.fixture
def factory() -> InstanceFactory:
    return InstanceFactory(TemplateManager())
