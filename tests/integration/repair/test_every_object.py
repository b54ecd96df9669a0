"""Every object of the schema is dropped, and every attribute of it changed: seen, and repaired or refused.

Nothing is left out, because the damage is derived from the shipped snapshot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from damages import DAMAGES, OBJECTS, dropped
from oracle import differences
from repairing import DESIRED, SCHEMA, errors, inflict, is_whole, repair, seen
from tapdb_ctl.errors import DatabaseError
from tapdb_ctl.providers.postgres.schema.names import kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from pg_servers import Server
    from tapdb_ctl.core.address import Address
    from worlds import World

UNREPAIRABLE = {
    "column computed",
    "function of other result",
    "function of other arguments",
    "function is a procedure",
}
NOT_FOR_PGMIG = {
    "column computed": "raises PgmigUnsupportedError",
    "column open to PUBLIC": "does not compare what PUBLIC may do with columns",
    "index invalid": "raises PgmigUnsupportedError",
}
RECORD = {
    "schema.table/tapdb_meta",
    *(f"schema.column/tapdb_meta.{name}" for name in ("schema_version", "environment", "migrations", "protect")),
}
"""Without these nobody knows what the database is: an error with a code of its own, PG025."""

KINDS = sorted({kind(at) for at in OBJECTS})


@pytest.mark.parametrize("name", DAMAGES)
def test_a_changed_attribute_of_every_object_is_seen_and_repaired(
    clone16: World, originals: Callable[[Server], World], name: str
) -> None:
    damaged = inflict(clone16, DAMAGES[name]())
    assert damaged
    if name not in NOT_FOR_PGMIG:
        assert differences(clone16, originals(clone16.server))
    plan = clone16.plan(DESIRED)
    if name in UNREPAIRABLE:
        assert {str(at) for at in damaged if at in OBJECTS} <= errors(plan).keys() | {str(at) for at in seen(plan)}
        assert set(errors(plan).values()) == {"PG040"}
        return
    assert damaged <= seen(plan)
    repair(clone16)
    assert is_whole(clone16)
    assert not differences(clone16, originals(clone16.server))


@pytest.mark.parametrize("what", KINDS)
def test_every_dropped_object_comes_back(
    pg16: Server, cloned: Callable[[Server], World], originals: Callable[[Server], World], what: str
) -> None:
    last = _drop_each(pg16, cloned, [at for at in sorted(OBJECTS) if kind(at) == what])
    assert not differences(last, originals(pg16))


@pytest.mark.parametrize("version", ["pg15", "pg18"])
def test_dropped_objects_come_back_on_other_versions(
    request: pytest.FixtureRequest,
    cloned: Callable[[Server], World],
    originals: Callable[[Server], World],
    version: str,
) -> None:
    server = request.getfixturevalue(version)
    last = _drop_each(server, cloned, sorted(OBJECTS)[::12])
    assert not differences(last, originals(server))


def _drop_each(server: Server, cloned: Callable[[Server], World], objects: list[Address]) -> World:
    """One after the other, in the same database while it can be made whole again; returns one that was."""
    world = cloned(server)
    for at in objects:
        assert inflict(world, [(at, dropped(at))])
        if not _comes_back(world, at):
            world = cloned(server)
    return world


def _comes_back(world: World, at: Address) -> bool:
    """Whether everything is as before; if not, all that is left to do is named, and is not the schema's."""
    if str(at) in RECORD:
        with pytest.raises(DatabaseError, match="PG025"):
            world.plan(DESIRED)
        return False
    plan = world.plan(DESIRED)
    assert at in seen(plan)
    if "PG045" in errors(plan).values():
        assert set(errors(plan).values()) <= {"PG045", "PG049"}
        return False
    repair(world)
    assert not world.plan(DESIRED, SCHEMA).changes
    return is_whole(world)
