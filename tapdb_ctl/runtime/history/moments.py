"""Points in time, as callers give them."""

from __future__ import annotations

from datetime import datetime

from tapdb_ctl.errors import InvalidInputError


def moment(time: datetime) -> datetime:
    """The time itself; raises InvalidInputError where it has no offset and so could mean several, and for a date."""
    if isinstance(time, datetime) and time.utcoffset() is not None:
        return time
    shown = time.isoformat() if isinstance(time, datetime) else f"{time!r} is no datetime"
    hint = "Use datetime.now(UTC), or give it a tzinfo."
    raise InvalidInputError.of("RUN020", "a time without a time zone", shown, hint)
