"""What a person should know of a schema beside its differences; some of it takes whole tables to find out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.providers.postgres.schema import cycles, hindrances, migrations, obstacles, strangers
from tapdb_ctl.providers.postgres.schema.snapshot import stands_on

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from tapdb_ctl.core.address import Address
    from tapdb_ctl.core.resource import Desired, Resource
    from tapdb_ctl.errors import Finding
    from tapdb_ctl.providers.postgres.schema.migrations import Migration
    from tapdb_ctl.providers.postgres.schema.snapshot import Observation
    from tapdb_ctl.providers.postgres.session import Session


class Sight(NamedTuple):
    """What an inspection saw: everything, which migrations wait, all objects, ours, and what anybody declares."""

    seen: Observation
    waiting: Sequence[Migration]
    objects: Mapping[Address, Resource]
    ours: Mapping[Address, Resource]
    known: Collection[Address]


def advice(session: Session, desired: Desired, sight: Sight) -> Iterator[Finding]:
    """What will be migrated, what is there and not ours, and which rows stand in the way of repairs."""
    looked_at = (*desired.resources.values(), *sight.objects.values())
    unseen = {r.address for r in looked_at if stands_on(r) in sight.seen.unreadable}
    yield from migrations.announced(sight.waiting)
    if sight.waiting:
        yield from cycles.findings(session)
    yield from strangers.findings(session, sight.objects, sight.known, desired.roles, unseen)
    yield from strangers.elsewhere(sight.seen.strangers)
    yield from strangers.creators(sight.seen.creators, session.settings.schema)
    yield from obstacles.findings(session, desired, sight.ours, unseen)
    if not sight.waiting:  # a migration makes room itself
        yield from hindrances.findings(session, desired, sight.ours)
