"""What sessions may ask of their transactions: how isolated they are, and how long a statement may take."""

from __future__ import annotations

from tapdb_ctl.errors import InvalidInputError

_LEVELS = ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")
_SHORTEST = 0.001
_LONGEST = (2**31 - 1) / 1000


def isolation(level: str | None) -> str | None:
    """The level as PostgreSQL spells it.

    Raises InvalidInputError for any other; AUTOCOMMIT among them, which has no transaction that could name its actor.
    """
    if level is None or (spelt := str(level).upper().replace("_", " ")) in _LEVELS:
        return level and spelt
    raise InvalidInputError.of(
        "RUN053",
        "transactions have no such isolation level",
        f"isolation_level={level!r}",
        f"give {', '.join(_LEVELS[:-1])} or {_LEVELS[-1]}, or leave it out",
    )


def time_limit(seconds: float | None) -> float | None:
    """The seconds, one millisecond at least: the server counts in these, and takes none for no limit.

    Raises InvalidInputError where they are not above zero, or more than the server can count.
    """
    if seconds is None or 0 < seconds <= _LONGEST:
        return seconds and max(seconds, _SHORTEST)
    raise InvalidInputError.of(
        "RUN054",
        "a statement cannot be given this much time",
        f"statement_timeout={seconds!r}",
        f"give seconds above 0 and up to {_LONGEST:.0f}, or leave it out for the role's own limit",
    )
