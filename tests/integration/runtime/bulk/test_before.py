"""A database that was built before there were idempotency keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roles import APPLICATION, DECLARED, ROLES, as_role, make_roles
from runtime_worlds import connected

if TYPE_CHECKING:
    from tapdb_ctl import InstanceFactory
    from worlds import World


def test_a_plain_apply_brings_the_table_and_the_rights_to_it(world: World, factory: InstanceFactory) -> None:
    make_roles(world, *ROLES)
    world.converge(DECLARED)
    world.sql("DROP TABLE tapdb_idempotency_key")
    world.converge(DECLARED)
    assert not world.plan(DECLARED).changes
    server = as_role(world, APPLICATION).server
    rows = [{"name": "T", "idempotency_key": "a"}]
    with connected(server, world.database) as db:
        for _ in range(2):
            with db.session_scope(commit=True) as session:
                made = factory.create_instances(session, "container/tube/t0/1.0", rows)
                factory.update_many(session, {made[0]: {"bstatus": "used"}})
    assert world.sql("SELECT count(*) FROM generic_instance") == [(1,)]
