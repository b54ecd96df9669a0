"""Sequences that were moved back behind EUIDs in use: seen, led forward past them, and never back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

import psycopg2
import pytest

from managed import opened
from repairing import seen
from roles import DECLARED, READER, as_role, make_roles
from worlds import environment, template, tubes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from worlds import World

DESIRED = environment(*tubes(2), template("container/tube/general/1.0", prefix="GX"))
INSTANCES = """
    INSERT INTO generic_instance (name, polymorphic_discriminator, category, type, subtype, version, template_uuid,
                                  bstatus)
    SELECT 'i', 'd', category, type, subtype, version, uuid, 'created'
      FROM generic_template, generate_series(1, {}) WHERE subtype <> 't1'
"""
NUMBERED = {
    "prefix.CX": ("cx_instance_seq", "generic_instance", "CX"),
    "schema.sequence/gx_instance_seq": ("gx_instance_seq", "generic_instance", "GX"),
    "identity.audit_log": ("tad_audit_seq", "audit_log", "TAD"),
    "schema.sequence/generic_template_seq": ("generic_template_seq", "generic_template", "GT"),
}
BACK = {
    "setval": "SELECT setval('{0}', 1)",
    "setval, not called": "SELECT setval('{0}', 2, false)",
    "restarted": "ALTER SEQUENCE {0} RESTART",
    "made anew": "DROP SEQUENCE {0}; CREATE SEQUENCE {0}",
    "counting otherwise": "SELECT setval('{0}', 1); ALTER SEQUENCE {0} INCREMENT 7",
}


@pytest.fixture
def filled(world: World) -> World:
    world.converge(DESIRED)
    world.sql(INSTANCES.format(20))
    return world


@pytest.mark.parametrize("address", NUMBERED)
def test_one_that_was_moved_back_is_led_past_what_is_in_use(filled: World, address: str) -> None:
    sequence, table, prefix = NUMBERED[address]
    world = filled
    before = world.plan(DESIRED).live
    for back in BACK.values():
        used = world.value(f"SELECT max(euid_seq) FROM {table} WHERE euid_prefix = '{prefix}'")
        world.sql(back.format(sequence))

        plan = world.plan(DESIRED)
        assert address in {str(at) for at in seen(plan)} <= {address, "prefix.GX"}
        if "INCREMENT" not in back:
            assert plan.live == before, "where a sequence stands is in no fingerprint"

        world.apply(plan)
        assert not world.plan(DESIRED).changes
        assert world.value(f"SELECT nextval('{sequence}')") > used


def test_one_that_will_be_past_them_by_the_next_number_is_left_alone(filled: World) -> None:
    used = filled.value("SELECT max(euid_seq) FROM generic_instance WHERE euid_prefix = 'CX'")
    for stands in (f"{used}", f"{used + 1}, false"):
        filled.sql(f"SELECT setval('cx_instance_seq', {stands})")
        assert not filled.plan(DESIRED).changes


def test_each_server_tells(each_world: World) -> None:
    each_world.converge(DESIRED)
    each_world.sql(INSTANCES.format(3))
    each_world.sql("SELECT setval('cx_instance_seq', 1); ALTER SEQUENCE generic_template_seq RESTART")
    plan = each_world.plan(DESIRED)
    assert {str(at) for at in seen(plan)} == {"prefix.CX", "schema.sequence/generic_template_seq"}
    each_world.apply(plan)
    assert not each_world.plan(DESIRED).changes


def test_it_is_repaired_together_with_what_repairs_it(filled: World) -> None:
    filled.sql(
        "SELECT setval('cx_instance_seq', 1), setval('generic_template_seq', 1);"
        " DROP FUNCTION tapdb_advance_sequence(regclass, bigint)"
    )
    filled.converge(DESIRED)
    assert not filled.plan(DESIRED).changes


def test_a_role_that_may_not_look_is_told_nothing(world: World) -> None:
    make_roles(world, *DECLARED.roles)
    world.converge(DECLARED)
    world.sql("SELECT setval('generic_template_seq', 1)")
    assert not as_role(world, READER).plan(DECLARED).changes
    assert len(world.plan(DECLARED).changes) == 1


@contextmanager
def writers(world: World, turn: str) -> Iterator[list[int]]:
    """Three sessions that repeat `turn`, which returns a number, until the block ends; what each got must only grow."""
    over, drawn = Event(), list[int]()

    def write() -> None:
        with opened(world.server.dsn(world.database)) as tapdb:
            latest = 0
            while not over.is_set():
                try:
                    number = tapdb.value(turn)
                except psycopg2.errors.UniqueViolation:  # that is what a sequence that was moved back does
                    continue
                assert number > latest, "the sequence went back"
                drawn.append(latest := number)

    with ThreadPoolExecutor(3) as pool:
        sessions = [pool.submit(write) for _ in range(3)]
        try:
            yield drawn
        finally:
            over.set()
        for session in sessions:
            session.result()


def test_writers_raise_no_alarm(filled: World) -> None:
    """Neither those who take the next number nor those who bring one of their own that is ahead."""
    given = "meridian_generate_euid('CX', pg_sequence_last_value('cx_instance_seq') + 1 + (random() * 9)::integer)"
    insert = INSTANCES.format(1).replace("<> 't1'", "= 't0' RETURNING euid_seq")
    ahead = insert.replace("(name", "(euid, name").replace("SELECT 'i'", f"SELECT {given}, 'i'")
    with writers(filled, insert) as drawn, writers(filled, ahead):
        while len(drawn) < 300:
            assert not filled.plan(DESIRED).changes


def test_it_moves_forward_beside_writers(filled: World) -> None:
    far = "SELECT meridian_generate_euid('CX', 500000), 'i'"
    filled.sql(
        INSTANCES.format(1).replace("<> 't1'", "= 't0'").replace("(name", "(euid, name").replace("SELECT 'i'", far)
    )
    filled.sql("SELECT setval('cx_instance_seq', 1)")
    plan = filled.plan(DESIRED)
    with writers(filled, "SELECT nextval('cx_instance_seq')") as drawn:
        while len(drawn) < 30:
            pass
        filled.apply(plan)
        assert not filled.plan(DESIRED).changes
    assert filled.value("SELECT last_value > (SELECT max(euid_seq) FROM generic_instance) FROM cx_instance_seq")
