"""Rows that stand in the way of a repair are named before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from repairing import DESIRED, errors, is_whole, repair
from tapdb_ctl.engine.scoping import Scope
from tapdb_ctl.errors import RefusedError
from tapdb_ctl.providers.postgres.schema import inspect

if TYPE_CHECKING:
    from worlds import World

PAST_TRIGGERS = "SET session_replication_role = replica; "


def instance(number: int, **columns: str) -> str:
    """The statement that inserts one past all triggers."""
    values = {
        "uuid": str(number),
        "euid": f"'CX-{number}'",
        "euid_prefix": "'CX'",
        "euid_seq": str(number),
        "name": "'i'",
        "polymorphic_discriminator": "'d'",
        "category": "'c'",
        "type": "'t'",
        "subtype": "'s'",
        "version": "'1'",
        "template_uuid": "(SELECT min(uuid) FROM generic_template)",
        "bstatus": "'new'",
    } | columns
    return f"INSERT INTO generic_instance ({', '.join(values)}) VALUES ({', '.join(values.values())})"


class Obstacle(NamedTuple):
    """What was damaged, the rows that came of it, what the finding says of them, and how they are mended."""

    damage: str
    rows: tuple[str, ...]
    address: str
    says: str
    mended: str


OBSTACLES = {
    "unique index": Obstacle(
        "DROP INDEX idx_generic_instance_unique_singleton_key",
        tuple(instance(n, is_singleton="true") for n in (1, 2)),
        "schema.index/idx_generic_instance_unique_singleton_key",
        "duplicates of (category, type, subtype, version): (c,t,s,1)",
        "DELETE FROM generic_instance WHERE uuid = 2",
    ),
    "unique constraint": Obstacle(
        "ALTER TABLE generic_instance DROP CONSTRAINT unique_generic_instance_prefix_seq",
        tuple(instance(n, euid_seq=str(n % 4)) for n in range(1, 9)),
        "schema.constraint/generic_instance.unique_generic_instance_prefix_seq",
        "duplicates of (euid_prefix, euid_seq): (CX,0), (CX,1), (CX,2), …",
        "UPDATE generic_instance SET euid_seq = uuid",
    ),
    "primary key": Obstacle(
        "ALTER TABLE generic_instance DROP CONSTRAINT generic_instance_pkey CASCADE",
        (instance(1), instance(1, euid="'CX-2'", euid_seq="2")),
        "schema.constraint/generic_instance.generic_instance_pkey",
        "duplicates of (uuid): (1)",
        "UPDATE generic_instance SET uuid = euid_seq",
    ),
    "foreign key": Obstacle(
        "ALTER TABLE generic_instance DROP CONSTRAINT generic_instance_template_uuid_fkey",
        (instance(1, template_uuid="77"),),
        "schema.constraint/generic_instance.generic_instance_template_uuid_fkey",
        "generic_template has no such uuid: 77",
        "UPDATE generic_instance SET template_uuid = (SELECT min(uuid) FROM generic_template)",
    ),
    "CHECK": Obstacle(
        "ALTER TABLE tapdb_user DROP CONSTRAINT tapdb_user_role_check",
        ("INSERT INTO tapdb_user (euid, euid_prefix, euid_seq, username, role) VALUES ('U-1', 'U', 1, 'u', 'odd')",),
        "schema.constraint/tapdb_user.tapdb_user_role_check",
        "these rows do not satisfy it: U-1",
        "UPDATE tapdb_user SET role = 'user'",
    ),
    "NOT NULL": Obstacle(
        "ALTER TABLE generic_instance ALTER bstatus DROP NOT NULL",
        (instance(1, bstatus="NULL"),),
        "schema.column/generic_instance.bstatus",
        "these rows have no value: CX-1",
        "UPDATE generic_instance SET bstatus = 'new'",
    ),
    "column lost": Obstacle(
        "ALTER TABLE generic_instance DROP bstatus",
        (instance(1).replace(", bstatus", "").replace(", 'new'", ""),),
        "schema.column/generic_instance.bstatus",
        "these rows need one: CX-1",
        "ALTER TABLE generic_instance ADD bstatus text NOT NULL DEFAULT 'new'",
    ),
}


@pytest.fixture(params=[False, True], ids=["small", "large"])
def table(request: pytest.FixtureRequest, clone16: World, monkeypatch: pytest.MonkeyPatch) -> World:
    if request.param:
        monkeypatch.setattr(inspect, "LARGE", -1)
    return clone16


@pytest.mark.parametrize("name", OBSTACLES)
def test_rows_in_the_way_are_named_and_nothing_is_written(table: World, name: str) -> None:
    obstacle = OBSTACLES[name]
    table.sql("; ".join([PAST_TRIGGERS + obstacle.damage, *obstacle.rows]))
    table.sql("COMMENT ON TABLE generic_instance IS 'odd'")
    plan = table.plan(DESIRED)
    assert errors(plan) == {obstacle.address: "PG045"}
    (told,) = (finding.detail for finding in plan.findings if finding.code == "PG045")
    assert obstacle.says in told
    with pytest.raises(RefusedError, match="PG045"):
        table.apply(plan)
    assert table.value("SELECT count(*) FROM tapdb_ledger") == 1

    table.apply(table.plan(DESIRED, Scope(excludes=(obstacle.address,))))
    assert table.value("SELECT obj_description('generic_instance'::regclass)") != "odd"

    table.sql(PAST_TRIGGERS + obstacle.mended)
    repair(table)
    repair(table)  # while an index was missing, nobody looked whether the sequence is behind
    assert is_whole(table)
