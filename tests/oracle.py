"""pgmig, which compares two databases in its own way: the second opinion on what we see and repair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgmig

if TYPE_CHECKING:
    from worlds import World


def differences(found: World, wanted: World) -> str:
    """The SQL with which pgmig would turn one database into the other; empty when it sees no difference."""
    source, target = (world.server.dsn(world.database) for world in (found, wanted))
    return pgmig.generate(source=source, target=target, include_grants=True)
