"""Damaging a database and repairing it, as tests of the schema's reconciliation do it over and over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg2

from tapdb_ctl.core.guard import refused
from tapdb_ctl.engine.scoping import Scope
from tapdb_ctl.errors import Severity
from worlds import environment, tubes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.plan import Plan
    from worlds import World

DESIRED = environment(*tubes(2))
SCHEMA = Scope(targets=("schema.*",))


def inflict(world: World, damage: Iterable[tuple[Address, str]]) -> set[Address]:
    """Run every statement that PostgreSQL lets through, some only after others; returns what is damaged now."""
    waiting = dict(damage)
    done: set[Address] = set()
    with world.connection() as connection, connection.cursor() as cursor:
        connection.autocommit = True
        while waiting:
            accepted = set()
            for at, sql in waiting.items():
                try:
                    cursor.execute(sql)
                except psycopg2.Error:
                    continue
                accepted.add(at)
            if not accepted:
                break
            done |= accepted
            waiting = {at: sql for at, sql in waiting.items() if at not in accepted}
    return done


def seen(plan: Plan) -> set[Address]:
    return {planned.change.address for planned in plan.changes}


def errors(plan: Plan) -> dict[str, str]:
    """The code of the error at each address."""
    return {str(f.address): f.code for f in plan.findings if f.severity is Severity.ERROR}


def asked(plan: Plan) -> set[str]:
    """What `--allow-destroy` has to name for this plan, taken from the hints as a user would."""
    return {finding.hint.split()[-1] for finding in refused(plan.changes, plan.guards, frozenset())}


def repair(world: World) -> Plan:
    """Plan and apply with the consent that the plan asks for; the schema first where nothing else can be read."""
    plan = world.plan(DESIRED)
    if set(errors(plan).values()) == {"PG049"}:
        plan = world.plan(DESIRED, SCHEMA)
    world.apply(plan, *asked(plan))
    return plan


def is_whole(world: World) -> bool:
    """Whether a plan finds nothing to do and nothing to say."""
    plan = world.plan(DESIRED)
    return not plan.changes and not plan.findings
