"""Databases with instances and edges in them, and whom a change of their templates touches."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from managed import opened
from tapdb_ctl.core.address import Address
from tapdb_ctl.core.step import identifier
from tapdb_ctl.providers.postgres.impact.inspect import LIMITS, inspect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from managed import Tapdb
    from tapdb_ctl.core.impact import Impact
    from tapdb_ctl.core.plan import Plan
    from tapdb_ctl.core.resource import Desired
    from tapdb_ctl.providers.postgres.impact.limits import Limits
    from worlds import World

INSTANCE = """
    INSERT INTO generic_instance (name, polymorphic_discriminator, category, type, subtype, version, template_uuid,
                                  json_addl, bstatus)
    SELECT 'i', 'container_instance', category, type, subtype, version, uuid, %s, 'created'
      FROM generic_template
     WHERE category || '/' || type || '/' || subtype || '/' || version = %s
    RETURNING uuid, euid
"""


@contextmanager
def session(world: World) -> Iterator[Tapdb]:
    """A session of an application's."""
    with opened(world.server.dsn(world.database), identifier(world.settings.schema)) as tapdb:
        yield tapdb


def instance(tapdb: Tapdb, code: str, json_addl: Any = None) -> tuple[int, str]:
    """A new instance of the template: its uuid and EUID. `json_addl` is a value, or JSON written already."""
    written = json_addl if isinstance(json_addl, str) else json.dumps(json_addl or {"properties": {}})
    return tapdb.row(INSTANCE, written, code)  # type: ignore[return-value]


def of(plan: Plan, code: str) -> Impact:
    """The impact of the one change of this template."""
    (impact,) = (p.impact for p in plan.changes if p.change.address == Address("template", code))
    assert impact is not None
    return impact


def limited(world: World, desired: Desired, **limits: Any) -> dict[str, Impact]:
    """The impacts by code that a plan would tell under other limits than the usual."""
    return impacts(world, world.plan(desired), replace(LIMITS, **limits))


def impacts(world: World, plan: Plan, limits: Limits = LIMITS) -> dict[str, Impact]:
    """The impacts of a plan's changes as they are now, by code."""
    with world.providers() as (_, postgres):
        found = inspect(postgres._connector, [p.change for p in plan.changes], limits)
    return {address.name: impact for address, impact in found.items()}
