"""How far a walk goes: in which direction, over which edges, how deep, and when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tapdb_ctl.errors import InvalidInputError
from tapdb_ctl.runtime.moments import moment

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

Direction: TypeAlias = Literal["down", "up", "both"]
"""From parents to children, from children to parents, or along edges whichever way they lead."""

Relationship: TypeAlias = "str | Collection[str] | None"
"""The relationship types of the edges that count; None for all."""

OPPOSITE: dict[Direction, Direction] = {"down": "up", "up": "down", "both": "both"}
ENDLESS = 100_000_000
"""Steps that no walk takes; an interval holds that many days of 24 hours in microseconds."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a walk may pass; `relationships` is None for all of them, `as_of` None for now."""

    direction: Direction
    relationships: tuple[str, ...] | None
    depth: int
    as_of: datetime | None

    def turned(self) -> Scope:
        """The same from the other end."""
        return replace(self, direction=OPPOSITE[self.direction])

    def parameters(self, origins: Collection[int] | None) -> dict[str, Any]:
        """What the statement binds."""
        given = {"origins": origins, "relationships": self.relationships, "depth": self.depth, "as_of": self.as_of}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}


def scope(direction: Direction, relationship: Relationship, depth: int | None, as_of: datetime | None) -> Scope:
    """The scope of these arguments; raises InvalidInputError for what cannot be meant."""
    if direction not in OPPOSITE:
        raise InvalidInputError.of("RUN021", "there is no such direction", repr(direction), "Use down, up or both.")
    if depth is not None and depth < 0:
        raise InvalidInputError.of("RUN022", "a depth is not negative", str(depth))
    kinds = (relationship,) if isinstance(relationship, str) else relationship
    return Scope(
        direction,
        None if kinds is None else tuple(sorted(set(kinds))),
        ENDLESS if depth is None else min(depth, ENDLESS),
        None if as_of is None else moment(as_of),
    )
