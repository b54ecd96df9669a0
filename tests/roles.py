"""Environments that declare roles, and sessions of these."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from psycopg2 import sql

from managed import Tapdb, opened
from tapdb_ctl.core.resource import Role
from tapdb_ctl.core.step import identifier
from worlds import World, environment, tubes

if TYPE_CHECKING:
    from collections.abc import Iterator

APPLICATION, READER = "tapdb_app", "tapdb_report"
ROLES = {APPLICATION: Role("application"), READER: Role("read_only")}
UNDECLARED = environment(*tubes(2))
DECLARED = replace(UNDECLARED, roles=ROLES)

_CREATE = """
    DO $$BEGIN
        CREATE ROLE {} LOGIN PASSWORD 'of-this-role';
    EXCEPTION WHEN duplicate_object THEN NULL;
    END$$
"""


def make_roles(world: World, *names: str) -> None:
    """Roles belong to the server and stay when the test's database is gone."""
    for name in names:
        with world.connection() as connection, connection, connection.cursor() as cursor:
            cursor.execute(sql.SQL(_CREATE).format(sql.Identifier(name)))


def as_role(world: World, name: str) -> World:
    """The same database for somebody who logs in as this role."""
    return replace(world, server=replace(world.server, user=name, password="of-this-role"))


@contextmanager
def session(world: World, name: str) -> Iterator[Tapdb]:
    """A session of this role, in autocommit."""
    path = identifier(world.settings.schema)
    with opened(as_role(world, name).server.dsn(world.database), path) as tapdb:
        yield tapdb
