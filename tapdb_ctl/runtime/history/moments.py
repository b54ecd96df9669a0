"""Points in time, as callers give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.errors import InvalidInputError

if TYPE_CHECKING:
    from datetime import datetime


def moment(time: datetime) -> datetime:
    """The time itself; raises InvalidInputError where it has no offset and so could mean several."""
    if time.utcoffset() is None:
        hint = "Use datetime.now(UTC), or give it a tzinfo."
        raise InvalidInputError.of("RUN020", "a time without a time zone", time.isoformat(), hint)
    return time
