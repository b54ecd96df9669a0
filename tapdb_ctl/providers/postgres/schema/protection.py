"""Whether an environment is protected, recorded beside what it protects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.core.address import Address
from tapdb_ctl.core.change import Create, Update
from tapdb_ctl.core.resource import Resource
from tapdb_ctl.core.schema import BASELINE
from tapdb_ctl.core.step import Sql, Step

if TYPE_CHECKING:
    from tapdb_ctl.core.change import Change


def recorded(environment: str, *, protect: bool) -> Resource:
    """What tapdb_meta says."""
    return Resource(Address("environment", environment), {"protect": protect}, (BASELINE,))


def steps(change: Change) -> tuple[Step, ...]:
    """Put it down."""
    assert isinstance(change, Create | Update)
    update = "UPDATE tapdb_meta AS m SET protect = v.protect FROM (VALUES {rows}) AS v (protect)"
    protect = change.after.attributes["protect"] is True
    title = "protect the environment" if protect else "lift the protection of the environment"
    return (Step(title, Sql(update, (protect,), "(%s)"), rows=1),)
