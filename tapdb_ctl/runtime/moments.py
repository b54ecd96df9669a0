"""Points in time, as callers give them."""

from __future__ import annotations

from datetime import UTC, datetime

from tapdb_ctl.errors import InvalidInputError


def moment(value: datetime) -> datetime:
    """The time in UTC; raises InvalidInputError where it gives no offset and so could mean several, and for a date."""
    if isinstance(value, datetime) and value.utcoffset() is not None:
        return value.astimezone(UTC)
    shown = value.isoformat() if isinstance(value, datetime) else f"{value!r} is no datetime"
    raise InvalidInputError.of("RUN035", "a time needs a time zone", shown, "datetime.now(UTC), or .replace(tzinfo=…)")
